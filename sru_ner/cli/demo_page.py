"""`sru-ner demo-page`: a local page to try models."""

from typing import TYPE_CHECKING, Annotated

import typer

from sru_ner.cli.serving_options import Device, Host, Models, Precision, load_annotators

if TYPE_CHECKING:
    pass


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
        annotators = load_annotators(models, device, precision)
        limits = Limits()
        app = create_app(annotators, limits)
        add_page(app, annotators, longest=limits.request - 1)
        address = address_of(listening)

        def ready() -> None:
            typer.echo(f"{address} (Ctrl+C ends it)")
            if open_browser:
                webbrowser.open(address)

        run(app, listening, ready=ready)
