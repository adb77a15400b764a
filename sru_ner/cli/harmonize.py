"""`sru-ner harmonize`: bring the raw files of corpora into the common schema."""

from pathlib import Path
from typing import Annotated, Any

import typer

from sru_ner.layout import DATA_PARAMS, HARMONIZE_REPORTS, HARMONIZED, RAW

_WIDTH_IN_FILES = 120  # characters of a table that goes into a pipe or a log


def harmonize(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Corpora to harmonise.")],
    raw: Annotated[Path, typer.Option(help="Folder of the raw files.")] = RAW,
    output: Annotated[Path, typer.Option(help="Folder of the tables.")] = HARMONIZED,
    reports: Annotated[Path, typer.Option(help="Folder of the reports.")] = HARMONIZE_REPORTS,
    params: Annotated[
        Path | None,
        typer.Option(help="File with the parameters (default: data/params.yaml if it exists)."),
    ] = None,
) -> None:
    """Bring corpora into the common schema and report what happened to every mention."""
    import time

    from rich.console import Console

    from sru_ner.cli.project_folder import enter_project
    from sru_ner.corpora.catalog import find_source
    from sru_ner.harmonize.pipeline import harmonize_source
    from sru_ner.locks import hold
    from sru_ner.rendering.amounts import counted
    from sru_ner.settings.sections import HarmonizeSettings
    from sru_ner.settings.shared import load_data_params

    enter_project()
    sources = [find_source(name) for name in names]
    given = params or (DATA_PARAMS if DATA_PARAMS.exists() else None)
    settings = load_data_params(given).harmonize if given else HarmonizeSettings()
    results = []
    begin = time.perf_counter()
    with Console(stderr=True).status("harmonising") as status:
        for source in sources:
            status.update(f"harmonising {source.name}")
            name = f"harmonize@{source.name}"
            with hold(output, name, doing=f"is harmonising {source.name}"):
                results.append(harmonize_source(source, raw, output, reports, settings))
    _print_table(results)
    kept = sum(report["mentions"]["kept"] for report in results)
    typer.echo(
        f"Harmonised {counted(len(results), 'corpus', 'corpora')} with {counted(kept, 'mention')}"
        f" in {time.perf_counter() - begin:.1f} s."
        f" The peak memory was {_peak_memory() / 1e6:,.0f} MB."
    )


def _peak_memory() -> int:
    """Return the largest number of bytes that this process has had in memory."""
    import resource
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak  # Linux counts KiB


def _print_table(reports: list[dict[str, Any]]) -> None:
    import sys

    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, padding=0, show_edge=False)
    # In a narrow terminal long names are folded, and differences are not.
    table.add_column("source", overflow="fold", min_width=12)
    table.add_column("split", no_wrap=True)
    for name in ("docs", "sentences", "mentions", "repaired", "refused"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("diff", min_width=len("train+dev"))
    for report in reports:
        for split, counts in report["splits"].items():
            mentions = counts["mentions"]
            numbers = (
                counts["documents"],
                counts["sentences"],
                *(mentions[name] for name in ("kept", "repaired", "refused")),
            )
            difference = _to_published(report["published"], split)
            table.add_row(report["source"], split, *map("{:,}".format, numbers), difference)
    Console(width=None if sys.stdout.isatty() else _WIDTH_IN_FILES).print(table)


def _to_published(rows: list[dict[str, Any]], split: str) -> str:
    """Return the differences to the published counts whose last split is this one."""
    shown = []
    for row in rows:
        splits = row["splits"].split("+")
        if splits[-1] == split:
            label = {1: "", 2: f" {row['splits']}"}.get(len(splits), " in all")
            shown.append(f"{row['difference']:+,}{label}")
    return ", ".join(shown)
