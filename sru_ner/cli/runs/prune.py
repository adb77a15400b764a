"""`sru-ner runs prune`: delete runs and versions that nobody needs."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.cli.options import ParamsFile


def prune(
    older_than: Annotated[
        float | None,
        typer.Option(
            metavar="DAYS", help="Also all that is older, but for versions with an alias."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete, instead of only listing.")] = False,
    params_file: ParamsFile = None,
) -> None:
    """List runs and versions whose models are gone, or that are old; delete them with --yes."""
    from sru_ner.cli.project_folder import suite_params
    from sru_ner.registry.prune import delete_items, find_items
    from sru_ner.rendering.amounts import counted

    settings = suite_params(params_file).register_
    items = find_items(
        Path.cwd(),
        experiment=settings.mlflow_experiment,
        model_name=settings.model_name,
        days=older_than,
    )
    for item in items:
        typer.echo(f"{item.kind:7}  {item.title}: {item.reason}")
    if yes:
        delete_items(Path.cwd(), items, settings.model_name)
    amounts = ", ".join(
        counted(number, kind)
        for kind in ("version", "run", "model")
        if (number := sum(item.kind == kind for item in items))
    )
    hint = "" if yes or not items else "; add --yes to delete them"
    typer.echo(f"{'Deleted' if yes else 'To delete'}: {amounts or 'nothing'}{hint}.")
