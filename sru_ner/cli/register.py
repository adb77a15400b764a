"""`sru-ner register`: the runs and models of a suite in MLflow."""

from pathlib import Path

import typer

from sru_ner.cli.options import ParamsFile


def register(params_file: ParamsFile = None) -> None:
    """Log every experiment to MLflow, register the models and name the candidate."""
    from sru_ner.cli.project_folder import suite_params
    from sru_ner.files import write_json, write_text
    from sru_ner.layout import SuiteLayout
    from sru_ner.rendering.amounts import counted
    from sru_ner.tracking.runs import log_suite
    from sru_ner.tracking.runs_page import runs_page

    params = suite_params(params_file)
    registration = log_suite(params, Path.cwd())
    layout = SuiteLayout(params.suite)
    write_json(layout.registration_report, registration)
    write_text(layout.runs_page, runs_page(params.suite, registration))
    candidate = registration["experiments"][params.register_.candidate]
    typer.echo(
        f"{counted(len(registration['experiments']), 'model')} in {registration['tracking_uri']};"
        f" candidate: {candidate['version_uri']} ({params.register_.candidate})"
    )
