"""`sru-ner corpora inventory`: a table of the types that each corpus marks."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sru_ner.layout import HARMONIZED

if TYPE_CHECKING:
    from sru_ner.dataset.corpus import Corpus


def inventory(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Corpora; default: the catalog.")
    ] = None,
    harmonized: Annotated[Path, typer.Option(help="Folder of the harmonised tables.")] = HARMONIZED,
    output: Annotated[
        Path | None, typer.Option(help="Write to this file, .csv, .md, .png or .html.")
    ] = None,
    pairs: Annotated[
        bool,
        typer.Option("--pairs", help="Show which types exclude each other, and what shows it."),
    ] = False,
) -> None:
    """Show the types that each corpus marks, those that a coarser type covers, and those unknown.

    The table has numbers of mentions for harmonised corpora, and the catalog's types for others.
    """
    from sru_ner.corpora.catalog import find_source, load_catalog
    from sru_ner.dataset.corpus import Corpus, harmonized_sources
    from sru_ner.errors import InputError
    from sru_ner.inventories.exports import as_text, write
    from sru_ner.inventories.table import from_catalog, from_corpus, tabulate
    from sru_ner.rendering.amounts import counted

    here = set(harmonized_sources(harmonized))
    if pairs:
        if output:
            raise InputError(
                "--pairs prints its table and writes no file", remedy="leave out --output"
            )
        _print_pairs([Corpus(harmonized, name) for name in (names or sorted(here))])
        return
    table = tabulate(
        [
            from_corpus(Corpus(harmonized, name))
            if name in here
            else from_catalog(find_source(name))
            for name in (names or load_catalog())
        ]
    )
    if output:
        write(table, output)
        sources, types = counted(len(table.sources), "source"), counted(len(table.types), "type")
        typer.echo(f"{sources}, {types}: {output}")
    else:
        typer.echo(as_text(table))


def _print_pairs(corpora: "list[Corpus]") -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from sru_ner.dataset.exclusive_types import type_pairs

    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in ("type", "other type", "exclusive"):
        table.add_column(heading, no_wrap=True)
    for heading in ("mentions", "marked as both"):
        table.add_column(heading, justify="right")
    table.add_column("sources of both")
    for pair in type_pairs(corpora):
        sources = ", ".join(pair.sources) or ("flat sources" if pair.flat else "nested sources")
        verdict = "yes" if pair.exclusive else "covered" if pair.covered else "no"
        table.add_row(*pair.types, verdict, f"{pair.mentions:,}", f"{pair.shared:,}", sources)
    Console().print(table)
