"""`sru-ner package`: a model folder that is ready for the Hugging Face hub."""

from pathlib import Path
from typing import Annotated

import typer


def package(
    model: Annotated[str, typer.Argument(help="Model folder or models:/name@alias.")],
    folder: Annotated[Path, typer.Argument(help="Folder to write.")],
    name: Annotated[
        str | None,
        typer.Option(help="organisation/name on the hub; default: the folder's name."),
    ] = None,
    licence: Annotated[
        str, typer.Option(help="Licence of the weights, as the hub calls it: apache-2.0, …")
    ] = "other",
) -> None:
    """Copy a model into a folder with a model card, ready to upload; nothing is sent anywhere."""
    from sru_ner.inference.model_reference import resolve_model
    from sru_ner.integrations.packaging import package_model

    name = name or folder.resolve().name
    package_model(Path(resolve_model(model)), folder, name=name, licence=licence)
    typer.echo(f"{folder}: read its README.md, then run `hf upload {name} {folder}`")
