"""Options that `sru-ner serve` and `demo-page` share, and the models that they name."""

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


def load_annotators(
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
