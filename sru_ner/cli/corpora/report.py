"""`sru-ner corpora report`: a report on the harmonised corpora."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.layout import DATA_REPORT, HARMONIZE_REPORTS, HARMONIZED


def report(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Corpora; default: all there are.")
    ] = None,
    harmonized: Annotated[Path, typer.Option(help="Folder of the tables.")] = HARMONIZED,
    reports: Annotated[
        Path, typer.Option(help="Folder of the reports on harmonising.")
    ] = HARMONIZE_REPORTS,
    output: Annotated[Path, typer.Option(help="Folder to write to.")] = DATA_REPORT,
) -> None:
    """Write a page, tables and pictures on what harmonised corpora hold, share and disagree on."""
    from rich.console import Console

    from sru_ner.data_report.report import gather, write_report
    from sru_ner.dataset.corpus import Corpus, harmonized_sources
    from sru_ner.errors import InputError
    from sru_ner.rendering.amounts import counted

    found = names or harmonized_sources(harmonized)
    if not found:
        raise InputError(
            "there is no harmonised corpus in this folder",
            path=harmonized,
            remedy="run `sru-ner harmonize NAME`",
        )
    corpora = counted(len(found), "corpus", "corpora")
    with Console(stderr=True).status(f"reading {corpora}"):
        write_report(output, gather([Corpus(harmonized, name) for name in found], reports))
    typer.echo(f"{corpora}: {output / 'index.html'}")
