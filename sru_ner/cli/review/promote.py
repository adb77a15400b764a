"""`sru-ner review promote`: a version becomes the champion."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.cli.options import ParamsFile
from sru_ner.cli.review.options import (
    Because,
    By,
    VersionArgument,
    VersionOption,
    show_gates,
    told_on_stderr,
)


def promote(
    version: VersionArgument,
    by: By,
    number: VersionOption = None,
    because: Because = "",
    despite_gates: Annotated[
        bool,
        typer.Option("--despite-gates", help="Promote it all the same; needs --because."),
    ] = False,
    params_file: ParamsFile = None,
) -> None:
    """Make a version the champion. The status is 1 if it does not pass its gates."""
    from sru_ner.cli.project_folder import suite_params
    from sru_ner.registry.client import open_client
    from sru_ner.registry.records import find_record
    from sru_ner.review import decide

    settings = suite_params(params_file).review
    try:
        with told_on_stderr() as say:
            client = open_client(Path.cwd())
            decision = decide.promote(
                client,
                settings,
                Path.cwd(),
                find_record(client, version, number),
                by=by,
                because=because,
                despite_gates=despite_gates,
                say=say,
            )
    except decide.GatesNotPassedError as error:
        show_gates(error.gates)
        typer.echo(f"sru-ner: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo(decide.in_words(decision))
