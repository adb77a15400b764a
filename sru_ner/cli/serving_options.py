"""Options that `sru-ner serve` and `demo-page` share, and the loading of their models."""

from typing import TYPE_CHECKING, Annotated

import typer

from sru_ner.cli.options import MODEL_HELP, Precision, named_or_default

if TYPE_CHECKING:
    from sru_ner.inference.annotator import Annotator

Models = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="MODEL",
        help=f"{MODEL_HELP}; several to serve or compare them; default: the model that is there.",
        show_default=False,
    ),
]
Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 listens on all.")]
Device = Annotated[str | None, typer.Option(help="cpu, cuda, …")]
MaxCharacters = Annotated[
    int, typer.Option(help="Largest number of characters in one request.", min=1)
]


def load_annotators(
    models: list[str] | None,
    device: str | None,
    precision: Precision,
    overlaps: str | None,
    style: str,
) -> "dict[str, Annotator]":
    """Load models; return them by short names.

    models: model references; without any, the default model is loaded. overlaps, style:
    see `Annotator.annotate`. Raises `InputError` if a model is named twice or cannot be loaded, and
    the errors of `Annotator.load`.
    """
    from sru_ner.inference.annotator import Annotator
    from sru_ner.serving.server import short_names

    return {
        name: Annotator.load(
            reference, device=device, precision=precision, overlaps=overlaps, style=style
        )
        for name, reference in short_names(models or [named_or_default(None)]).items()
    }
