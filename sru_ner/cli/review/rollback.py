"""`sru-ner review rollback`: back to the champion before."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.cli.review.options import Because, By, NameArgument


def rollback(
    name: NameArgument,
    by: By,
    number: Annotated[
        int | None,
        typer.Option(
            "--version",
            help="The version to take back; an error if another one is champion.",
            min=1,
        ),
    ] = None,
    because: Because = "",
) -> None:
    """Make the champion before the present one the champion again."""
    from sru_ner.registry.client import open_client
    from sru_ner.review import decide

    client = open_client(Path.cwd())
    version = None if number is None else str(number)
    decision = decide.roll_back(client, name, version=version, by=by, because=because)
    typer.echo(decide.in_words(decision))
