"""Mentions with exact offsets, made from what the model predicts for the words of a sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sru_ner.inference.selection import non_overlapping
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
    """Confidence in (0.5, 1]; the highest of all `labels`."""
    labels: tuple[str, ...]
    """Labels of the model that have this type, such as `bc5cdr$Disease`."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, which JSON can hold."""
        return {**asdict(self), "labels": list(self.labels)}


def merge_labels(
    text: str, words: Sequence[tuple[int, int]], predictions: "Iterable[Prediction]"
) -> list[AnnotatedSpan]:
    """Turn the predictions for a sentence into spans of `text`, sorted by (start, -end, type).

    words: code point offsets of the sentence's words, end exclusive. Predictions of one type for
    the same words become one span.
    """
    groups: dict[tuple[int, int, str], list[Prediction]] = {}
    for p in predictions:
        groups.setdefault((p.start, -p.end, type_name(p.label)), []).append(p)
    spans = []
    for (first, minus_end, name), group in sorted(groups.items()):
        start, end = words[first][0], words[-minus_end - 1][1]
        score, labels = max(p.score for p in group), tuple(sorted(p.label for p in group))
        spans.append(AnnotatedSpan(start, end, text[start:end], name, score, labels))
    return spans


def flatten(spans: Sequence[AnnotatedSpan]) -> list[AnnotatedSpan]:
    """Keep the spans that do not overlap and have the highest sum of scores, in their order.

    `non_overlapping` says which spans win if several choices have the same sum.
    """
    return [spans[i] for i in non_overlapping([(s.start, s.end, s.score) for s in spans])]
