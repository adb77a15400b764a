"""`sru-ner export`: a model whose encoder runs in ONNX Runtime."""

from pathlib import Path
from typing import Annotated

import typer


def export(
    model: Annotated[str, typer.Argument(help="Model folder, models:/name@alias or hub id.")],
    out: Annotated[Path, typer.Argument(help="Folder to write; used like a model folder.")],
    texts: Annotated[
        Path | None,
        typer.Option(
            help="Text file, one text per line, to check the export on; made-up abstracts if not"
            " given.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Export the encoder to ONNX; refused unless the exported model gives the same mentions."""
    from transformers.utils.logging import disable_progress_bar

    from sru_ner.errors import InputError
    from sru_ner.inference.export import export_onnx

    disable_progress_bar()  # of loading the weights: it is over in a moment
    if out.exists() and not (out / "encoder.onnx").is_file():
        raise InputError(
            "there is something else already", path=out, remedy="name a folder that does not exist"
        )
    lines = None if texts is None else texts.read_text(encoding="utf-8").splitlines()
    agreement = export_onnx(model, out, texts=lines)
    typer.echo(
        f"{out}: the same {agreement.spans} mentions in {agreement.sentences} sentences of"
        f" {agreement.texts} texts; logits differ by {agreement.largest_difference:g} at most"
    )
