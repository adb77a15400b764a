"""Compares an exported model with the model that it was made from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import torch
from torch import Tensor

from sru_ner.errors import InputError
from sru_ner.inference.annotator import Annotator
from sru_ner.inference.spans import AnnotatedSpan
from sru_ner.model.batch import encoder_inputs
from sru_ner.model.decoding import unroll
from sru_ner.model.sequences import encode_words
from sru_ner.model.wordpieces import WordPieces
from sru_ner.text.sentences import split_sentences
from sru_ner.text.words import split_words

LARGEST_DIFFERENCE = 1e-3
"""Largest difference of two logits that is accepted. Sums in another order differ by less than a
tenth of it."""
_TEXTS = 32
"""Number of made-up abstracts that both models read."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far an exported model and its original agree."""

    texts: int
    sentences: int
    spans: int
    """Number of spans of the original; the exported model finds the same."""
    largest_difference: float
    """Largest absolute difference of two logits."""


def compare(original: Annotator, exported: Annotator, texts: Sequence[str]) -> Agreement:
    """Let both models read some texts, and compare their spans and logits.

    Raises `InputError` for a span that differs and for logits that differ by more than
    `LARGEST_DIFFERENCE`.
    """
    sentences = [
        [text[s:e] for s, e in split_words(text[start:end], start)]
        for text in texts
        for start, end in split_sentences(text)
    ]
    both = zip(_logits(original, sentences), _logits(exported, sentences), strict=True)
    differences = [float((a - b).abs().max()) if a.shape == b.shape else np.inf for a, b in both]
    largest = float(np.max(differences, initial=0.0))  # NaN if one of them is
    spans = 0
    for text, mine, theirs in zip(
        texts,
        original.annotate(texts, overlaps="all"),
        exported.annotate(texts, overlaps="all"),
        strict=True,
    ):
        for one, other in zip_longest(map(_place, mine), map(_place, theirs)):
            if one != other:
                raise InputError(
                    f"the exported model differs: it finds {other} instead of {one} in {text!r}",
                    remedy="this encoder cannot be exported exactly; use the model as it is",
                )
        spans += len(mine)
    # This form also refuses NaN.
    if not largest <= LARGEST_DIFFERENCE:
        raise InputError(
            f"the exported model's logits differ by {largest:.2g}, but rounding explains no more"
            f" than {LARGEST_DIFFERENCE:g}",
            remedy="this encoder cannot be exported exactly; use the model as it is",
        )
    return Agreement(len(texts), len(sentences), spans, float(f"{largest:.2g}"))


def sample_texts() -> list[str]:
    """Make abstracts up; one has no full stop, so that it fills whole windows."""
    from sru_ner.corpora.synthetic.generate import generate  # noqa: PLC0415

    texts = [document.text for document in generate("synthetic_full")["test"][:_TEXTS]]
    return [*texts, " ".join(texts[:4]).replace(".", ","), "mice", ""]


def _place(span: AnnotatedSpan) -> tuple[int, int, str, tuple[str, ...]]:
    return span.start, span.end, span.type, span.labels


@torch.no_grad()
def _logits(annotator: Annotator, sentences: Sequence[Sequence[str]]) -> Iterator[Tensor]:
    """Yield the logits (steps, V) of each sentence that fits the encoder, shortest first."""
    model, limit = annotator.model, annotator.model.config.max_subwords
    encoded = encode_words(WordPieces(annotator.tokenizer), sentences)
    short = sorted((e for e in encoded if e.length <= limit and e.counts), key=lambda e: e.length)
    for first in range(0, len(short), 16):
        inputs = encoder_inputs(short[first : first + 16], annotator.tokenizer)
        slots, mask = model.word_vectors(**inputs)
        logits, steps = unroll(model.sru.tables(slots, folded=True), mask)
        yield from (row[:count] for row, count in zip(logits, steps.tolist(), strict=True))
