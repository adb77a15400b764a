"""`sru-ner serve`: models behind HTTP."""

from typing import Annotated, Literal

import typer

from sru_ner.cli.options import Overlaps, Precision, Style
from sru_ner.cli.serving_options import (
    Device,
    Host,
    MaxCharacters,
    Models,
    load_annotators,
)


def serve(
    models: Models = None,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free port.", min=0, max=65535)] = 8000,
    max_characters: MaxCharacters = 100_000,
    max_waiting: Annotated[
        int,
        typer.Option(
            help="Largest number of characters in all requests that wait for a model.", min=1
        ),
    ] = 300_000,
    max_seconds: Annotated[
        float,
        typer.Option(help="Seconds that a model may read the texts of one request.", min=0.001),
    ] = 60.0,
    max_connections: Annotated[
        int, typer.Option(help="Largest number of connections at a time.", min=1)
    ] = 1000,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            help="Answer only requests for this host name or address; repeatable. Without it, any.",
            show_default=False,
        ),
    ] = None,
    api_key: Annotated[
        str | None,
        typer.Option(
            help="Key that requests must send. Set the variable instead: others on this machine can"
            " see command lines.",
            envvar="SRU_NER_API_KEY",
            show_default=False,
        ),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            help="Origin whose pages may send requests (CORS): https://app.example.org, or * for"
            " all; repeatable.",
            show_default=False,
        ),
    ] = None,
    root_path: Annotated[
        str, typer.Option(help="Path at which a proxy serves this server, such as /ner.")
    ] = "",
    access_log: Annotated[
        Literal["none", "text", "json"],
        typer.Option(help="Write a line about each request, without its texts, to standard error."),
    ] = "none",
    device: Device = None,
    precision: Precision = "auto",
    overlaps: Overlaps = None,
    style: Style = "any",
) -> None:
    """Annotate over HTTP: concurrent requests in common batches, limits, health and metrics."""
    from sru_ner.serving.access import Access, control
    from sru_ner.serving.app import create_app, redirect_to_docs
    from sru_ner.serving.limits import Limits
    from sru_ner.serving.server import listen, run, url_of

    access = Access(key=api_key, origins=tuple(allow_origin or ()), log=access_log)
    access.check(root_path)
    with listen(host, port) as listening:
        limits = Limits(request=max_characters, waiting=max_waiting, seconds=max_seconds)
        annotators = load_annotators(models, device, precision, overlaps, style)
        app = create_app(annotators, limits, hosts=allowed_host or ())
        redirect_to_docs(app)
        app.root_path = root_path
        control(app, access)
        url = url_of(listening)
        run(
            app,
            listening,
            ready=lambda: typer.echo(f"{url} (documentation: {url}/docs)"),
            connections=max_connections,
        )
