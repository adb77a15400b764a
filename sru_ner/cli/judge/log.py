"""`sru-ner judge log`: add what people judged to a registered model."""

from pathlib import Path
from typing import Annotated

import typer


def log(
    report: Annotated[Path, typer.Argument(help="Folder of the report of `judge import`.")],
    version: Annotated[
        str, typer.Argument(metavar="NAME@ALIAS", help="Registered model: its alias or version.")
    ],
    model: Annotated[
        str | None,
        typer.Option(help="The model's name in the report, if it is on several."),
    ] = None,
) -> None:
    """Log the judged precision of a model with its registered version in MLflow."""
    from sru_ner.registry.client import open_client
    from sru_ner.registry.records import find_record
    from sru_ner.tracking.judged import judged_metrics, log_judged

    judged_metrics(report, model)  # what is wrong with the report is said before the store is open
    client = open_client(Path.cwd())
    record = find_record(client, version)
    for name, value in log_judged(client, record, report, model).items():
        typer.echo(f"{name} {value:.4f}")
