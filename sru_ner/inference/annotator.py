"""Raw text in, mentions with exact offsets out."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from transformers import PreTrainedTokenizerBase

from sru_ner.harmonize.sentences import split_sentences
from sru_ner.harmonize.words import split_words
from sru_ner.inference.predict import Precision, Prediction, load, predict_words
from sru_ner.model.labels import type_name
from sru_ner.model.modeling import SruNerModel


@dataclass(frozen=True, slots=True)
class AnnotatedSpan:
    """A mention in a text: `text[start:end]` of the input is `text`."""

    start: int
    """Code point offset."""
    end: int
    """Code point offset, exclusive."""
    text: str
    type: str
    score: float
    """Confidence in (0.5, 1]; the highest of `labels`."""
    labels: tuple[str, ...]
    """The model's own labels behind the type, such as `bc5cdr$Disease`."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as JSON Lines and the registry's model give them."""
        return {**asdict(self), "labels": list(self.labels)}


class Annotator:
    """A trained model that takes text of any length."""

    def __init__(self, model: SruNerModel, tokenizer: PreTrainedTokenizerBase) -> None:
        self.model, self.tokenizer = model, tokenizer

    @classmethod
    def load(
        cls, model: Path | str, *, device: str | None = None, precision: Precision = "fp32"
    ) -> "Annotator":
        """Load from a model folder, a registry address `models:/name@alias` or a hub id.

        device: `cpu`, `cuda`, …; a GPU is taken when there is one. precision: `bf16` annotates
        faster where the hardware has it, to nearly the same mentions.
        """
        if str(model).startswith("models:/"):
            # Only users of a registry need MLflow.
            from sru_ner.tracking.registry import resolve  # noqa: PLC0415

            model = resolve(str(model))
        return cls(*load(model, device, precision=precision))

    @property
    def types(self) -> list[str]:
        """All types the model knows, sorted."""
        return sorted({type_name(label) for label in self.model.config.labels})

    def __call__(self, text: str, *, threshold: float = 0.5) -> list[AnnotatedSpan]:
        """The mentions of one text; see `annotate`."""
        return next(self.annotate([text], threshold=threshold))

    def annotate(
        self, texts: Iterable[str], *, batch_size: int = 32, threshold: float = 0.5
    ) -> Iterator[list[AnnotatedSpan]]:
        """The mentions of each text, in the order of the texts, nested ones included.

        batch_size: sentences per forward pass. threshold: mentions below that score are left out.
        Texts are taken some hundred sentences at a time, so `texts` may be endless.
        """
        texts = iter(texts)
        while chunk := list(itertools.islice(texts, 16 * batch_size)):
            sentences = [
                (number, split_words(text[start:end], start))
                for number, text in enumerate(chunk)
                for start, end in split_sentences(text)
            ]
            words = [[chunk[n][start:end] for start, end in spans] for n, spans in sentences]
            predicted = predict_words(
                self.model,
                self.tokenizer,
                words,
                documents=[number for number, _ in sentences],
                batch_size=batch_size,
            )
            found: list[list[AnnotatedSpan]] = [[] for _ in chunk]
            for (number, spans), predictions in zip(sentences, predicted, strict=True):
                kept = [p for p in predictions if p.score >= threshold]
                found[number] += merge_labels(chunk[number], spans, kept)
            yield from found


def merge_labels(
    text: str, words: Sequence[tuple[int, int]], predictions: Iterable[Prediction]
) -> list[AnnotatedSpan]:
    """Predictions in words as spans of `text`; the labels of one type at one place become one."""
    groups: dict[tuple[int, int, str], list[Prediction]] = {}
    for p in predictions:
        groups.setdefault((p.start, -p.end, type_name(p.label)), []).append(p)
    spans = []
    for (first, minus_end, name), group in sorted(groups.items()):
        start, end = words[first][0], words[-minus_end - 1][1]
        score, labels = max(p.score for p in group), tuple(sorted(p.label for p in group))
        spans.append(AnnotatedSpan(start, end, text[start:end], name, score, labels))
    return spans
