"""`sru-ner report`: the evaluation report of a suite."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.cli.options import ParamsFile


def report(
    params_file: ParamsFile = Path("params.yaml"),
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Also print the report, for a pull request.")
    ] = False,
) -> None:
    """Fold the decisions of all experiments into figures, tests, explained errors and a page."""
    from rich.console import Console

    from sru_ner.evaluation_report.findings import gather
    from sru_ner.evaluation_report.markdown import as_markdown
    from sru_ner.evaluation_report.report import write_report
    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.leakage.pairs import read_leakage
    from sru_ner.manifests.excluded import read_held_out
    from sru_ner.settings import load_params

    params = load_params(params_file)
    layout = SuiteLayout(params.suite)
    with Console(stderr=True).status("folding decisions"):
        findings = gather(
            params,
            decisions=layout.decisions(),
            dev_decisions=layout.dev_decisions(),
            harmonized=HARMONIZED,
            leakage=read_leakage(layout.leakage),
            held_out={name: read_held_out(layout.manifest(name)) for name in params.experiments},
        )
        tables = {name: layout.training_report(name) / "curves.csv" for name in params.experiments}
        write_report(
            layout.evaluation_report,
            layout.evaluation_data,
            findings,
            params,
            training={name: path for name, path in tables.items() if path.is_file()},
        )
    if markdown:
        typer.echo(as_markdown(findings))
    typer.echo(f"Report: {layout.evaluation_report / 'index.html'}", err=markdown)
