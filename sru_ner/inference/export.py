"""Export of the encoder to ONNX, checked against the model it was made from.

The recurrence is not exported: its steps depend on what it finds, and it takes a tenth of the time.
"""

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from sru_ner.environment.extras import not_installed
from sru_ner.errors import InputError, SruNerError
from sru_ner.files import atomic_path, write_json
from sru_ner.inference.annotator import AnnotatedSpan, Annotator
from sru_ner.inference.model_reference import model_folder, resolve_model, training_facts
from sru_ner.inference.onnx_encoder import ENCODER_FILE, WEIGHTS_FILE, load_exported
from sru_ner.model.batch import encoder_inputs
from sru_ner.model.decoding import unroll
from sru_ner.model.sequences import encode_words
from sru_ner.model.wordpieces import WordPieces
from sru_ner.text.sentences import split_sentences
from sru_ner.text.words import split_words

LARGEST_DIFFERENCE = 1e-3
"""Of two logits; sums in another order differ by less than a tenth of it."""
_TEXTS = 32
"""Made-up abstracts that both models read."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far an exported model and its original agree."""

    texts: int
    sentences: int
    spans: int
    """Of the original; the exported model gives the same."""
    largest_difference: float
    """Of two logits, absolute."""


class HiddenStates(nn.Module):
    """An encoder as the exporters want it: two tensors in, one out."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Hidden states (B, L, d) of `input_ids` and `attention_mask`, (B, L) int64 each."""
        hidden: Tensor = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask
        ).last_hidden_state
        return hidden


def dynamic_shapes(limit: int) -> dict[str, dict[int, Any]]:
    """What may differ between calls of `HiddenStates`: rows, and width up to `limit` sub-words."""
    rows, width = torch.export.Dim("rows", min=1), torch.export.Dim("width", min=2, max=limit)
    return {name: {0: rows, 1: width} for name in ("input_ids", "attention_mask")}


def export_onnx(
    model: Path | str, folder: Path, *, texts: Sequence[str] | None = None
) -> Agreement:
    """Write a model with its encoder in ONNX into `folder`, which `Annotator.load` takes.

    texts: what both models read to be compared; made-up abstracts if not given. Nothing is
    written, and `InputError` raised, if the encoder cannot be exported, or if a span differs or a
    logit by more than `LARGEST_DIFFERENCE`.
    """
    trained = model_folder(resolve_model(model))
    original = Annotator.load(trained, device="cpu")
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        _write_encoder(original, fresh / ENCODER_FILE)
        state = original.model.sru.state_dict()
        save_file(
            {f"sru.{name}": tensor.contiguous() for name, tensor in sorted(state.items())},
            fresh / WEIGHTS_FILE,
            metadata={"format": "pt"},
        )
        original.model.config.save_pretrained(fresh)
        original.tokenizer.save_pretrained(fresh)
        if facts := training_facts(trained):
            write_json(fresh / "training.json", facts)
        exported = Annotator(*load_exported(fresh, "cpu", "fp32"))
        agreement = compare(original, exported, sample_texts() if texts is None else texts)
        write_json(fresh / "export.json", asdict(agreement))
    return agreement


def compare(original: Annotator, exported: Annotator, texts: Sequence[str]) -> Agreement:
    """Have both models read some texts; raises `InputError` where they do not agree."""
    sentences = [
        [text[s:e] for s, e in split_words(text[start:end], start)]
        for text in texts
        for start, end in split_sentences(text)
    ]
    both = zip(_logits(original, sentences), _logits(exported, sentences), strict=True)
    differences = [float((a - b).abs().max()) if a.shape == b.shape else np.inf for a, b in both]
    largest = float(np.max(differences, initial=0.0))  # NaN, if one is
    spans = 0
    for text, mine, theirs in zip(
        texts, original.annotate(texts), exported.annotate(texts), strict=True
    ):
        for one, other in zip_longest(map(_place, mine), map(_place, theirs)):
            if one != other:
                raise InputError(
                    f"the exported model differs: {other} instead of {one} in {text!r}",
                    remedy="this encoder cannot be exported exactly; use the model as it is",
                )
        spans += len(mine)
    if not largest <= LARGEST_DIFFERENCE:
        raise InputError(
            f"the exported model's logits differ by {largest:.2g}, and {LARGEST_DIFFERENCE:g}"
            " would be rounding",
            remedy="this encoder cannot be exported exactly; use the model as it is",
        )
    return Agreement(len(texts), len(sentences), spans, float(f"{largest:.2g}"))


def sample_texts() -> list[str]:
    """Made-up abstracts, one of them without a full stop, so that it fills whole windows."""
    from sru_ner.corpora.synthetic.generate import generate  # noqa: PLC0415

    texts = [document.text for document in generate("synthetic_full")["test"][:_TEXTS]]
    return [*texts, " ".join(texts[:4]).replace(".", ","), "mice", ""]


def _place(span: AnnotatedSpan) -> tuple[int, int, str, tuple[str, ...]]:
    return span.start, span.end, span.type, span.labels


@torch.no_grad()
def _logits(annotator: Annotator, sentences: Sequence[Sequence[str]]) -> Iterator[Tensor]:
    """Logits (steps, V) of each sentence, read in batches of like ones."""
    model, limit = annotator.model, annotator.model.config.max_subwords
    encoded = encode_words(WordPieces(annotator.tokenizer), sentences)
    short = sorted((e for e in encoded if e.length <= limit and e.counts), key=lambda e: e.length)
    for first in range(0, len(short), 16):
        inputs = encoder_inputs(short[first : first + 16], annotator.tokenizer)
        slots, mask = model.word_vectors(**inputs)
        logits, steps = unroll(model.sru.tables(slots), mask)
        yield from (row[:count] for row, count in zip(logits, steps.tolist(), strict=True))


def _write_encoder(annotator: Annotator, path: Path) -> None:
    inputs = encoder_inputs(
        encode_words(WordPieces(annotator.tokenizer), [["the", "mice"], ["mice"], ["a", "b", "c"]]),
        annotator.tokenizer,
    )
    example = inputs["input_ids"], inputs["attention_mask"]
    shapes = dynamic_shapes(annotator.model.config.max_subwords)
    try:
        with _quietly():
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
            f"a {kind} cannot be exported: {str(error).strip().splitlines()[0]}"
            "\n  → use the model as it is"
        ) from error
    assert program is not None
    # Where each node comes from in this machine's files is nobody's business.
    for node in program.model.graph.all_nodes():
        node.metadata_props.clear()
        for value in node.outputs:
            value.metadata_props.clear()
    program.save(str(path))


@contextmanager
def _quietly() -> Iterator[None]:
    """Without what the exporter says about torchvision and about its own deprecations."""
    logger = logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
