"""`sru-ner review history`: what was decided about the versions of a model."""

from pathlib import Path

import typer

from sru_ner.cli.review.options import NameArgument


def history(name: NameArgument) -> None:
    """List the decisions about the versions of a model, the last one first."""
    from sru_ner.registry.champion import champion_version, read_history
    from sru_ner.registry.client import open_client
    from sru_ner.review.decide import in_words

    client = open_client(Path.cwd())
    decisions = read_history(client, name)
    current = champion_version(client, name)
    typer.echo(f"champion of {name}: {'none' if current is None else f'version {current}'}")
    for decision in reversed(decisions):
        typer.echo(in_words(decision))
    if not decisions:
        typer.echo("nothing was decided with `sru-ner review` yet")
