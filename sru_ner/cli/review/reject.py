"""`sru-ner review reject`: a version is not to become the champion."""

from pathlib import Path

import typer

from sru_ner.cli.review.options import Because, By, VersionArgument, VersionOption


def reject(
    version: VersionArgument, by: By, number: VersionOption = None, because: Because = ""
) -> None:
    """Note that a version is not to become the champion; no alias moves."""
    from sru_ner.registry.client import open_client
    from sru_ner.registry.records import find_record
    from sru_ner.review import decide

    client = open_client(Path.cwd())
    record = find_record(client, version, number)
    typer.echo(decide.in_words(decide.reject(client, record, by=by, because=because)))
