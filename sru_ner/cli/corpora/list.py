"""`sru-ner corpora list`: shows the corpora of the catalog, and which raw files are here."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sru_ner.errors import without_secrets
from sru_ner.layout import RAW

if TYPE_CHECKING:
    from sru_ner.corpora.source import Source


def list_corpora(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Corpora to show in full; default: a line for each."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    raw: Annotated[Path, typer.Option(help="Folder of the raw files.")] = RAW,
) -> None:
    """Show the corpora of the catalog, and whether their raw files are here."""
    import json

    from sru_ner.corpora.catalog import find_source, load_catalog

    sources = [find_source(name) for name in names] if names else load_catalog().values()
    rows = [_describe(source, raw) for source in sources]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif names:
        _print_entries(rows)
    else:
        _print_table(rows)


def _describe(source: "Source", raw: Path) -> dict[str, Any]:
    from sru_ner.corpora.raw_files import missing_files

    return {
        **source.model_dump(
            include={
                *("name", "title", "citation", "licence", "homepage"),
                *("reader", "generator", "obtain", "note"),
            }
        ),
        "splits": list(source.splits),
        "types": list(source.kept_types),
        "given": source.given.model_dump(),
        "published": source.published,
        "published_unchecked": source.published_unchecked,
        "files": [without_secrets(file.url or file.name) for file in source.raw_files],
        "missing": missing_files(source, raw),
    }


def _print_table(rows: list[dict[str, Any]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("name", no_wrap=True)
    for name in ("title", "licence"):
        table.add_column(name)
    table.add_column("types", no_wrap=True, justify="right")
    table.add_column("raw files", no_wrap=True)
    for row in rows:
        present = len(row["files"]) - len(row["missing"])
        state = "here" if not row["missing"] else f"{present} of {len(row['files'])}"
        table.add_row(row["name"], row["title"], row["licence"], str(len(row["types"])), state)
    Console().print(table)
    typer.echo("`sru-ner corpora list NAME` shows a corpus in full: types, citation, counts.")


def _print_entries(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    for row in rows:
        published = [f"{count:,} ({splits})" for splits, count in row["published"].items()]
        if published and row["published_unchecked"]:
            published.append("not checked against the paper")
        lines = {
            "title": row["title"],
            "licence": row["licence"],
            "citation": row["citation"],
            "homepage": row["homepage"],
            "format": row["reader"],
            "splits": ", ".join(row["splits"]),
            "types": ", ".join(row["types"]),
            "published": ", ".join(published),
            "note": row["note"],
            "obtain": row["obtain"],
            "missing": ", ".join(row["missing"]),
        }
        table = Table.grid(padding=(0, 2))
        for name, value in lines.items():
            if value:
                table.add_row(f"  {name}", escape(value))
        console.print(f"[bold]{row['name']}[/]", table, "")
