"""Entry point of `sru-ner`."""

import sys
from typing import Never

import typer

from sru_ner.cli import (
    annotate,
    corpora,
    data,
    doctor,
    evaluate,
    export,
    harmonize,
    package,
    register,
    score,
    serve,
    train,
)
from sru_ner.errors import SruNerError
from sru_ner.extras import not_installed
from sru_ner.threads import spin_briefly

app = typer.Typer(
    name="sru-ner",
    help="Train, evaluate and use named-entity recognition across differently annotated corpora.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
data.add_to(corpora.app)
app.add_typer(corpora.app, name="corpora")
for module in (
    harmonize,
    train,
    evaluate,
    score,
    register,
    package,
    annotate,
    export,
    serve,
    doctor,
):
    module.add_to(app)


def main() -> None:
    """Run the command line; a mendable error is one message and status 2, not a traceback."""
    spin_briefly()
    try:
        app()
    except SruNerError as error:
        _stop(error)
    except ImportError as error:
        _stop(not_installed(error) or error)


def _stop(error: Exception) -> Never:
    if not isinstance(error, SruNerError):
        raise error
    print(f"sru-ner: {error}", file=sys.stderr)
    sys.exit(2)
