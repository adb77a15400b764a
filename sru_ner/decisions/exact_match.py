"""Exact matches: the mentions that a model predicted, joined with the gold mentions of a corpus.

Predictions of several labels of one type with the same offsets are one prediction, with the highest
of their scores.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from sru_ner.dataset.sentences import Sentence
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.decisions.counts import Counts
from sru_ner.decisions.predicted_mentions import PredictedMention, eligible_labels
from sru_ner.decisions.table import ORDER, SCHEMA
from sru_ner.errors import InputError
from sru_ner.model.labels import type_name

if TYPE_CHECKING:
    from sru_ner.model.prediction import Prediction


def count_exact(
    sentences: Iterable[Sentence],
    predictions: "Iterable[Iterable[Prediction]]",
    *,
    source: str,
    labels: Iterable[str],
    inventories: Mapping[str, TypeInventory],
) -> dict[str, Counts]:
    """Count exact matches in sentences of a source that the model learned from, by type.

    `predictions` are those of each sentence; `labels` and `inventories` come from the model's
    configuration. Only types that were annotated in the sentence's document count, and places that
    were judged. The sentences
    hold only gold mentions that begin and end where words do: add the others to `fn`. The result
    has all types of the source, sorted.
    """
    own = eligible_labels(labels, inventories, source)
    tp, fp, fn = Counter[str](), Counter[str](), Counter[str]()
    for sentence, found in zip(sentences, predictions, strict=True):
        types = inventories[source].of_document(sentence.annotated_types).types
        gold = {(m.start, m.end, m.type) for m in sentence.mentions}
        judged = {(m.start, m.end, m.type) for m in sentence.judged}
        predicted = {
            (p.start, p.end, type_name(p.label))
            for p in found
            if p.label in own
            and (type_name(p.label) in types or (p.start, p.end, type_name(p.label)) in judged)
        }
        tp.update(type_ for _, _, type_ in gold & predicted)
        fp.update(type_ for _, _, type_ in predicted - gold)
        fn.update(type_ for _, _, type_ in gold - predicted)
    known = sorted({*inventories[source].types, *tp, *fp, *fn})
    return {name: Counts(tp=tp[name], fp=fp[name], fn=fn[name]) for name in known}


@dataclass(slots=True)
class _Row:
    """One row of the decisions table while it is made."""

    sentence_id: int | None
    text: str
    gold: bool = False
    fits_words: bool | None = None
    crosses_sentence: bool | None = None
    labels: set[str] = field(default_factory=set)
    score: float | None = None


def decide(
    gold: pa.Table,
    predictions: Iterable[PredictedMention],
    *,
    model: str,
    tested: str,
    split: str,
    inventory: TypeInventory,
    annotated: Mapping[str, Sequence[str]],
    labels: Sequence[str],
    inventories: Mapping[str, TypeInventory],
) -> pa.Table:
    """Join the gold mentions of one tested source with a model's predictions.

    `gold` has the columns of the spans table. Gold mentions that do not begin and end where words
    do, or that cross sentences, count like all others; repeated ones give one row. `inventory` is
    the tested source's. `annotated` gives the annotated types of each document in which not all
    types of the inventory were annotated. `labels` and `inventories` come from the model's
    configuration. Returns a table of `table.SCHEMA`, sorted by document, start, descending end and
    type. Raises `InputError` for a gold type outside the inventory.
    """
    rows: dict[tuple[str, int, int, str], _Row] = {}
    for mention in gold.to_pylist():
        types = annotated.get(mention["document_id"], inventory.types)
        if mention["type"] not in types:
            raise InputError(
                f"{tested} has gold mentions of type {mention['type']!r}, which is not in its"
                f" inventory ({', '.join(types)})",
                remedy=f"harmonise {tested} again with `sru-ner harmonize {tested}`",
            )
        key = (mention["document_id"], mention["start"], mention["end"], mention["type"])
        rows[key] = _Row(
            sentence_id=mention["sentence_id"],
            text=mention["text"],
            gold=True,
            fits_words=mention["fits_words"],
            crosses_sentence=mention["crosses_sentence"],
        )
    allowed = eligible_labels(labels, inventories, tested)
    for found in predictions:
        if found.label not in allowed:
            continue
        key = (found.document_id, found.start, found.end, type_name(found.label))
        row = rows.setdefault(key, _Row(found.sentence_id, found.text))
        row.labels.add(found.label)
        if found.score is not None:
            row.score = max(found.score, row.score if row.score is not None else 0.0)
    known = {type_name(label) for label in labels}
    table = pa.Table.from_pylist(
        [
            {
                "model": model,
                "tested": tested,
                "split": split,
                "document_id": document_id,
                "sentence_id": row.sentence_id,
                "start": start,
                "end": end,
                "text": row.text,
                "type": type_,
                "labels": sorted(row.labels),
                "gold": row.gold,
                "predicted": bool(row.labels),
                "score": row.score,
                "in_inventory": type_ in annotated.get(document_id, inventory.types),
                "known": type_ in known,
                "fits_words": row.fits_words,
                "crosses_sentence": row.crosses_sentence,
            }
            for (document_id, start, end, type_), row in rows.items()
        ],
        schema=SCHEMA,
    )
    return table.sort_by(ORDER)
