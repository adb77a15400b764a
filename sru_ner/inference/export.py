"""Exports the encoder of a model to ONNX.

The recurrence is not exported: its steps depend on what it finds, and it takes a tenth of the time.
"""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from sru_ner.environment.extras import not_installed
from sru_ner.errors import SruNerError, first_line
from sru_ner.files import atomic_path, write_json
from sru_ner.inference.agreement import Agreement, compare, sample_texts
from sru_ner.inference.annotator import Annotator
from sru_ner.inference.model_reference import model_folder, resolve_model, training_facts
from sru_ner.inference.model_thresholds import THRESHOLDS_FILE, model_thresholds
from sru_ner.inference.onnx_encoder import ENCODER_FILE, load_exported
from sru_ner.inference.tokenizer import of_transformers
from sru_ner.model.batch import encoder_inputs
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.sequences import encode_words
from sru_ner.model.weights import finish_file, save_weights
from sru_ner.model.wordpieces import WordPieces


class HiddenStates(nn.Module):
    """Encoder in the form that exporters need: it takes two tensors and returns one."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return the hidden states (B, L, d).

        input_ids, attention_mask: (B, L) int64.
        """
        hidden: Tensor = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask
        ).last_hidden_state
        return hidden


def dynamic_shapes(limit: int) -> dict[str, dict[int, Any]]:
    """Return the dimensions that may differ between calls of `HiddenStates`, by input.

    These are the number of rows and the width; limit: largest width, in sub-words.
    """
    rows, width = torch.export.Dim("rows", min=1), torch.export.Dim("width", min=2, max=limit)
    return {name: {0: rows, 1: width} for name in ("input_ids", "attention_mask")}


def export_onnx(
    model: Path | str, folder: Path, *, texts: Sequence[str] | None = None
) -> Agreement:
    """Write a model with its encoder in ONNX into a folder that `Annotator.load` takes.

    model: model reference. texts: texts that both models read, to be compared; None means made-up
    abstracts. Writes nothing and raises `InputError` if a span differs, or a logit by more than
    `LARGEST_DIFFERENCE`. Raises `SruNerError` if the encoder cannot be exported.
    """
    trained = model_folder(resolve_model(model))
    original = Annotator.load(trained, device="cpu", precision="fp32")
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        _write_encoder(original, fresh / ENCODER_FILE)
        finish_file(fresh / ENCODER_FILE)
        state = original.model.sru.state_dict()
        weights = {f"sru.{name}": tensor.contiguous() for name, tensor in sorted(state.items())}
        save_weights(weights, fresh)
        SruNerConfig.from_pretrained(str(trained), local_files_only=True).save_pretrained(fresh)
        of_transformers(trained).save_pretrained(fresh)
        if facts := training_facts(trained):
            write_json(fresh / "training.json", facts)
        if thresholds := model_thresholds(trained):
            write_json(fresh / THRESHOLDS_FILE, thresholds)
        exported = Annotator(*load_exported(fresh, "cpu", "fp32"))
        agreement = compare(original, exported, sample_texts() if texts is None else texts)
        write_json(fresh / "export.json", asdict(agreement))
    return agreement


def _write_encoder(annotator: Annotator, path: Path) -> None:
    inputs = encoder_inputs(
        encode_words(WordPieces(annotator.tokenizer), [["the", "mice"], ["mice"], ["a", "b", "c"]]),
        annotator.tokenizer,
    )
    example = inputs["input_ids"], inputs["attention_mask"]
    shapes = dynamic_shapes(annotator.model.config.max_subwords)
    try:
        with _no_warnings():
            program = torch.onnx.export(
                HiddenStates(annotator.model.encoder).eval(),
                example,
                dynamic_shapes=shapes,
                input_names=list(shapes),
                output_names=["hidden"],
                dynamo=True,
                verbose=False,
            )
    except ImportError as error:
        raise not_installed(error) or error from None
    except (RuntimeError, torch.onnx.OnnxExporterError) as error:
        kind = type(annotator.model.encoder).__name__
        raise SruNerError(
            f"an encoder of the class {kind} cannot be exported: {first_line(error)}",
            remedy="use the model as it is",
        ) from error
    assert program is not None
    # The graph records the path of the code behind each node; these are private to this machine.
    for node in program.model.graph.all_nodes():
        node.metadata_props.clear()
        for value in node.outputs:
            value.metadata_props.clear()
    program.save(str(path))


@contextmanager
def _no_warnings() -> Iterator[None]:
    """Hide the exporter's warnings about torchvision and about its own deprecated functions."""
    logger = logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
