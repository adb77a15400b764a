"""`sru-ner export`: a model whose encoder runs in ONNX Runtime."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.cli.options import ModelArgument, named_or_default


def export(
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="Folder to write, which is used as a model folder."),
    ],
    model: ModelArgument = None,
    texts: Annotated[
        Path | None,
        typer.Option(
            help="Text file to check the export on, one text per line. Default: made-up abstracts.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Export the encoder to ONNX; nothing is written unless both models find the same mentions."""
    from transformers.utils.logging import disable_progress_bar

    from sru_ner.errors import InputError
    from sru_ner.inference.export import export_onnx
    from sru_ner.inference.onnx_encoder import ENCODER_FILE
    from sru_ner.rendering.amounts import counted

    disable_progress_bar()  # loading the weights takes only a moment
    if output.exists() and not (output / ENCODER_FILE).is_file():
        raise InputError(
            "there is something else already",
            path=output,
            remedy="name a folder that does not exist",
        )
    lines = None if texts is None else texts.read_text(encoding="utf-8").splitlines()
    agreement = export_onnx(named_or_default(model), output, texts=lines)
    typer.echo(
        f"{output}: both models find the same {counted(agreement.spans, 'mention')} in"
        f" {counted(agreement.sentences, 'sentence')} of {counted(agreement.texts, 'text')}; logits"
        f" differ by {agreement.largest_difference:g} at most"
    )
