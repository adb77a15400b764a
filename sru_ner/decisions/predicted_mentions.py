"""Mentions that a model predicted in a document, and which of its labels count on a tested source.

A model may have several labels for one type: `source$type` for each source that it learned the type
from. On a tested source that the model also learned from, a type that it learned there counts under
the source's own label only. Every other type counts under all labels of that type name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sru_ner.dataset.sentences import Sentence
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.model.labels import label_source, type_name

if TYPE_CHECKING:
    from sru_ner.model.prediction import Prediction


@dataclass(frozen=True, slots=True)
class PredictedMention:
    """A predicted mention; its offsets are code points of its document."""

    document_id: str
    sentence_id: int | None
    """None where the sentences of the document are not known."""
    start: int
    end: int
    text: str
    label: str
    """The model's label: `source$type`, or `type` if the model merges them."""
    score: float | None
    """Score from 0 to 1; None where the tool that predicted the mention gives none."""


def in_document(
    sentence: Sentence, predictions: "Iterable[Prediction]"
) -> Iterator[PredictedMention]:
    """Turn predictions of a sentence, in words, into mentions in code points of the document."""
    for prediction in predictions:
        start, end = sentence.characters(prediction.start, prediction.end)
        yield PredictedMention(
            document_id=sentence.document_id,
            sentence_id=sentence.sentence_id,
            start=sentence.start + start,
            end=sentence.start + end,
            text=sentence.text[start:end],
            label=prediction.label,
            score=prediction.score,
        )


def eligible_labels(
    labels: Iterable[str], inventories: Mapping[str, TypeInventory], tested: str
) -> frozenset[str]:
    """Return the labels of a model that count on a tested source, by this module's rule.

    `labels` are all labels of the model, `inventories` those of the sources it learned from.
    """
    own_types = inventories[tested].types if tested in inventories else ()
    return frozenset(
        label
        for label in labels
        if type_name(label) not in own_types or label_source(label) in (None, tested)
    )
