"""`sru-ner serve` and `demo-page`: a model behind HTTP, and a page to try it."""

from typing import TYPE_CHECKING, Annotated

import typer

from sru_ner.cli.serving_options import (
    Device,
    Host,
    MaxCharacters,
    Models,
    Precision,
    load_annotators,
)

if TYPE_CHECKING:
    pass


def serve(
    models: Models,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = 8000,
    max_characters: MaxCharacters = 100_000,
    max_waiting: Annotated[
        int, typer.Option(help="Characters of all requests that wait for a model.", min=1)
    ] = 300_000,
    device: Device = None,
    precision: Precision = "fp32",
) -> None:
    """Annotate over HTTP: concurrent requests in common batches, limits, health and metrics."""
    from sru_ner.serving.app import Limits, create_app, lead_to_docs
    from sru_ner.serving.server import address_of, listen, run

    with listen(host, port) as listening:
        limits = Limits(request=max_characters, waiting=max_waiting)
        app = create_app(load_annotators(models, device, precision), limits)
        lead_to_docs(app)
        address = address_of(listening)
        run(app, listening, ready=lambda: typer.echo(f"{address} (documentation: {address}/docs)"))
