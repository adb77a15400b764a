"""`sru-ner annotate`: text in, JSON Lines out."""

from pathlib import Path
from typing import Annotated, Literal

import typer


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(annotate)


def annotate(
    file: Annotated[str, typer.Argument(help="Text file, one text per line, or - for stdin.")],
    model: Annotated[
        str, typer.Option(help="Model folder, models:/name@alias or hub id.", show_default=False)
    ],
    threshold: Annotated[float, typer.Option(help="Leave out mentions scored lower.")] = 0.5,
    batch_size: Annotated[int, typer.Option(help="Sentences per forward pass.", min=1)] = 32,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, …")] = None,
    precision: Annotated[
        Literal["fp32", "bf16"], typer.Option(help="Of the encoder; bf16 is the faster one.")
    ] = "fp32",
) -> None:
    """Annotate raw text: one JSON object per input line, with exact code point offsets."""
    import itertools
    import json
    import sys
    from contextlib import nullcontext

    from transformers.utils.logging import disable_progress_bar

    from sru_ner.errors import InputError
    from sru_ner.inference.annotator import Annotator

    disable_progress_bar()  # of loading the weights: it is over in a moment

    if file != "-" and not Path(file).is_file():
        raise InputError("no such text file", path=file, remedy="name a file, or - for stdin")
    annotator = Annotator.load(model, device=device, precision=precision)
    with nullcontext(sys.stdin) if file == "-" else Path(file).open(encoding="utf-8") as lines:
        try:
            texts, kept = itertools.tee(line.rstrip("\r\n") for line in lines)
            results = annotator.annotate(texts, batch_size=batch_size, threshold=threshold)
            for text, spans in zip(kept, results, strict=True):
                line = {"text": text, "spans": [span.as_dict() for span in spans]}
                print(json.dumps(line, ensure_ascii=False), flush=True)
        except UnicodeDecodeError as error:
            raise InputError(
                f"not UTF-8: {error.reason} at byte {error.start}",
                path=file,
                remedy="convert the file to UTF-8",
            ) from None
