"""`sru-ner register`: the runs and models of a suite in MLflow."""

from pathlib import Path

import typer

from sru_ner.cli.options import ParamsFile


def register(params_file: ParamsFile = None) -> None:
    """Log every experiment to MLflow, register the chosen models and name the candidate."""
    from sru_ner.cli.project_folder import suite_params
    from sru_ner.errors import without_secrets
    from sru_ner.files import write_json, write_text
    from sru_ner.layout import SuiteLayout
    from sru_ner.registry.store import tracking_uri
    from sru_ner.rendering.amounts import counted
    from sru_ner.tracking.runs import log_suite
    from sru_ner.tracking.runs_page import runs_page

    params = suite_params(params_file)
    uri = without_secrets(tracking_uri(Path.cwd()))
    typer.echo(f"Logging the suite {params.suite} to {uri}", err=True)
    registration = log_suite(params, Path.cwd(), lambda line: typer.echo(f"  {line}", err=True))
    layout = SuiteLayout(params.suite)
    name, experiments = registration["candidate"], registration["experiments"]
    models = {experiment: found["model_digest"] for experiment, found in experiments.items()}
    write_json(layout.registration_report, registration)
    write_text(layout.runs_page, runs_page(params.suite, registration))
    # Last, because DVC takes it for the sign that the stage is complete.
    write_json(layout.registered_report, {"candidate": name, "models": models})
    candidate = experiments[name]
    found = experiments.values()
    versions = [each for each in found if each["version"] is not None]
    typer.echo(
        f"{counted(len(found), 'run')} and {counted(len(versions), 'version')} in"
        f" {registration['tracking_uri']};"
        f" candidate: {candidate['version_uri']} ({name})"
    )
