"""`sru-ner serve` and `demo-page`: a model behind HTTP, and a page to try it."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from sru_ner.inference.annotator import Annotator

Models = Annotated[list[str], typer.Argument(help="Model folders, models:/name@alias or hub ids.")]
Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 is every one.")]
Device = Annotated[str | None, typer.Option(help="cpu, cuda, …")]
Precision = Annotated[
    Literal["fp32", "bf16"], typer.Option(help="Of the encoder; bf16 is the faster one.")
]
MaxCharacters = Annotated[int, typer.Option(help="Of one request.", min=1)]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(serve)
    app.command("demo-page")(demo_page)


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
        app = create_app(_load(models, device, precision), limits)
        lead_to_docs(app)
        address = address_of(listening)
        run(app, listening, ready=lambda: typer.echo(f"{address} (documentation: {address}/docs)"))


def demo_page(
    models: Models,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one.", min=0, max=65535)] = 0,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
    device: Device = None,
    precision: Precision = "fp32",
) -> None:
    """Open a local page: paste text, see nested mentions, filter them, compare models."""
    import webbrowser

    from sru_ner.serving.app import Limits, create_app
    from sru_ner.serving.page import add_page
    from sru_ner.serving.server import address_of, listen, run

    with listen(host, port) as listening:
        annotators = _load(models, device, precision)
        limits = Limits()
        app = create_app(annotators, limits)
        add_page(app, annotators, longest=limits.request - 1)
        address = address_of(listening)

        def ready() -> None:
            typer.echo(f"{address} (Ctrl+C ends it)")
            if open_browser:
                webbrowser.open(address)

        run(app, listening, ready=ready)


def _load(
    models: list[str], device: str | None, precision: Literal["fp32", "bf16"]
) -> "dict[str, Annotator]":
    """The annotators by name."""
    from transformers.utils.logging import disable_progress_bar

    from sru_ner.inference.annotator import Annotator
    from sru_ner.serving.server import short_names

    disable_progress_bar()  # of loading the weights: it is over in a moment
    return {
        name: Annotator.load(address, device=device, precision=precision)
        for name, address in short_names(models).items()
    }
