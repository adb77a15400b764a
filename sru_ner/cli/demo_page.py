"""`sru-ner demo-page`: a page on this machine to try models."""

from typing import Annotated

import typer

from sru_ner.cli.options import Overlaps, Precision, Style
from sru_ner.cli.serving_options import Device, Host, Models, load_annotators


def demo_page(
    models: Models = None,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free port.", min=0, max=65535)] = 0,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
    device: Device = None,
    precision: Precision = "auto",
    overlaps: Overlaps = None,
    style: Style = "any",
) -> None:
    """Open a page to try models: paste a text, see nested mentions, filter them, compare models."""
    import webbrowser

    from sru_ner.serving.app import create_app
    from sru_ner.serving.limits import Limits
    from sru_ner.serving.page import add_page
    from sru_ner.serving.refusals import THIS_MACHINE
    from sru_ner.serving.server import listen, run, url_of

    with listen(host, port) as listening:
        annotators = load_annotators(models, device, precision, overlaps, style)
        limits = Limits()
        # No page from elsewhere may reach this one under a name of its own.
        hosts = (*THIS_MACHINE, host) if host in THIS_MACHINE else ()
        app = create_app(annotators, limits, hosts=hosts)
        add_page(app, annotators, longest=limits.request - 1)
        url = url_of(listening)

        def ready() -> None:
            typer.echo(f"{url} (press Ctrl+C to end it)")
            if open_browser:
                webbrowser.open(url)

        run(app, listening, ready=ready)
