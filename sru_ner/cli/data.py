"""`sru-ner corpora leakage` and `report`: what the harmonised corpora hold and share."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.layout import DATA_REPORT, HARMONIZE_REPORTS, HARMONIZED


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(leakage)
    app.command()(report)


def leakage(
    params_file: Annotated[Path, typer.Option("--params", help="File with the parameters.")] = Path(
        "params.yaml"
    ),
    harmonized: Annotated[Path, typer.Option(help="Folder of the tables.")] = HARMONIZED,
) -> None:
    """Find documents of a suite that are in training data and in test data of its corpora."""
    from rich.console import Console

    from sru_ner.layout import SuiteLayout
    from sru_ner.leakage.overlap import find_leakage
    from sru_ner.leakage.pairs import write_leakage
    from sru_ner.leakage.summary import write_summary
    from sru_ner.settings import load_params

    params = load_params(params_file)
    layout = SuiteLayout(params.suite)
    with Console(stderr=True).status(f"comparing {len(params.corpora)} corpora"):
        found = find_leakage(harmonized, params.corpora)
    write_leakage(layout.leakage, found)
    write_summary(layout.leakage_report, found)
    typer.echo(
        f"{found.pairs.num_rows:,} pairs of documents overlap:"
        f" {layout.leakage_report / 'leakage.md'}"
    )


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
    from sru_ner.errors import InputError
    from sru_ner.harmonize.store import harmonized_sources

    found = names or harmonized_sources(harmonized)
    if not found:
        raise InputError(
            "no corpus is harmonised here", path=harmonized, remedy="run `sru-ner harmonize NAME`"
        )
    with Console(stderr=True).status(f"reading {len(found)} corpora"):
        write_report(output, gather(harmonized, reports, found))
    typer.echo(f"{len(found)} corpora: {output / 'index.html'}")
