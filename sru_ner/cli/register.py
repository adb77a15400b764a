"""`sru-ner compose` and `register`: what goes into the experiments, and where they end up."""

from pathlib import Path
from typing import Annotated

import typer

ParamsFile = Annotated[Path, typer.Option("--params", help="File with the parameters.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(compose)
    app.command()(register)


def compose(params_file: ParamsFile = Path("params.yaml")) -> None:
    """Name, by digest, the tables each experiment learns from and all are tested on."""
    from sru_ner.corpora.catalog import find_source
    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.leakage.pairs import read_leakage
    from sru_ner.settings import load_params
    from sru_ner.training.manifest import write_manifests

    params = load_params(params_file)
    for source in params.corpora:
        find_source(source)
    layout = SuiteLayout(params.suite)
    folder = layout.manifest("tested").parent
    names = write_manifests(folder, HARMONIZED, params, read_leakage(layout.leakage))
    typer.echo(f"{len(names)} manifests: {folder}")


def register(params_file: ParamsFile = Path("params.yaml")) -> None:
    """Log every experiment to MLflow, register the models and name the candidate."""
    from sru_ner.files import write_json, write_text
    from sru_ner.layout import SuiteLayout
    from sru_ner.settings import load_params
    from sru_ner.tracking.links import runs_page
    from sru_ner.tracking.runs import log_pipeline

    params = load_params(params_file)
    registration = log_pipeline(params, Path.cwd())
    layout = SuiteLayout(params.suite)
    write_json(layout.registration_report, registration)
    write_text(layout.runs_page, runs_page(params.suite, registration))
    candidate = registration["experiments"][params.register_.candidate]
    typer.echo(
        f"{len(registration['experiments'])} models in {registration['tracking_uri']};"
        f" candidate: {candidate['version_uri']} ({params.register_.candidate})"
    )
