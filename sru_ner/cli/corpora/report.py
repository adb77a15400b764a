"""`sru-ner corpora report`: what the harmonised corpora hold, share and disagree on."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.layout import DATA_REPORT, HARMONIZE_REPORTS, HARMONIZED


def report(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME…", help="Corpora; default: all there are.")
    ] = None,
    harmonized: Annotated[Path, typer.Option(help="Folder of the tables.")] = HARMONIZED,
    reports: Annotated[
        Path, typer.Option(help="Folder of the reports of harmonising.")
    ] = HARMONIZE_REPORTS,
    output: Annotated[Path, typer.Option(help="Folder to write to.")] = DATA_REPORT,
) -> None:
    """Show what harmonised corpora hold, share and disagree on: a page, tables and pictures."""
    from rich.console import Console

    from sru_ner.data_report.report import gather, write_report
    from sru_ner.dataset.corpus import Corpus, harmonized_sources
    from sru_ner.errors import InputError

    found = names or harmonized_sources(harmonized)
    if not found:
        raise InputError(
            "no corpus is harmonised here", path=harmonized, remedy="run `sru-ner harmonize NAME`"
        )
    with Console(stderr=True).status(f"reading {len(found)} corpora"):
        write_report(output, gather([Corpus(harmonized, name) for name in found], reports))
    typer.echo(f"{len(found)} corpora: {output / 'index.html'}")
