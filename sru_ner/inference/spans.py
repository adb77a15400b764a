"""Mentions with exact offsets, made from what the model predicts for the words of a sentence."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sru_ner.inference.overlaps import (
    TypedInterval,
    without_contradictions,
    without_overlaps,
)
from sru_ner.inference.styles import merged_score
from sru_ner.model.labels import type_name

if TYPE_CHECKING:
    from sru_ner.model.prediction import Prediction


@dataclass(frozen=True, slots=True)
class AnnotatedSpan:
    """Mention in a text: `text[start:end]` of the annotated text is `text`."""

    start: int
    """Code point offset of the first character."""
    end: int
    """Code point offset after the last character."""
    text: str
    type: str
    score: float
    """Confidence in (0.5, 1]; the highest of all `labels`, unless another style was asked for."""
    labels: tuple[str, ...]
    """Labels of the model that found the mention, such as `bc5cdr$Disease`."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, which JSON can hold."""
        return {**asdict(self), "labels": list(self.labels)}


def merge_labels(
    text: str,
    words: Sequence[tuple[int, int]],
    predictions: "Iterable[Prediction]",
    *,
    style: str,
    labels: Iterable[str],
) -> list[AnnotatedSpan]:
    """Turn the predictions for a sentence into spans of `text`, sorted by (start, -end, type).

    words: code point offsets of the sentence's words, end exclusive. Predictions of one type for
    the same words become one span, or none, as the style says. labels: all labels of the model.
    """
    of_type: dict[str, list[str]] = {}
    for label in labels:
        of_type.setdefault(type_name(label), []).append(label)
    groups: dict[tuple[int, int, str], list[Prediction]] = {}
    for p in predictions:
        groups.setdefault((p.start, -p.end, type_name(p.label)), []).append(p)
    spans = []
    for (first, minus_end, name), group in sorted(groups.items()):
        if merged := merged_score(group, style, of_type[name]):
            start, end = words[first][0], words[-minus_end - 1][1]
            spans.append(AnnotatedSpan(start, end, text[start:end], name, *merged))
    return spans


def consistent(
    spans: Sequence[AnnotatedSpan], exclusive: Iterable[Collection[str]]
) -> list[AnnotatedSpan]:
    """Keep the spans that do not contradict each other, in their order.

    exclusive: pairs of types; see `overlaps.without_contradictions`.
    """
    return [spans[i] for i in without_contradictions([_interval(s) for s in spans], exclusive)]


def flatten(spans: Sequence[AnnotatedSpan]) -> list[AnnotatedSpan]:
    """Keep the spans that do not overlap and have the highest sum of scores, in their order.

    `overlaps.without_overlaps` says which spans win if several choices have the same sum.
    """
    return [spans[i] for i in without_overlaps([_interval(s) for s in spans])]


def _interval(span: AnnotatedSpan) -> TypedInterval:
    return TypedInterval(span.start, span.end, span.type, span.score)
