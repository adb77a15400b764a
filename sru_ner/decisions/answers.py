"""From what a model predicted and what a corpus holds to the decisions table.

Who answers for a tested source: a model that learned from the source itself answers for the
types it learned there with its own labels only (`source$type`); every other type is answered by
all labels of that type name, and what several of them found is one prediction with the highest
score.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from sru_ner.dataset.store import Sentence
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.decisions.counts import Counts
from sru_ner.decisions.table import ORDER, SCHEMA
from sru_ner.errors import InputError
from sru_ner.model.labels import label_source, type_name

if TYPE_CHECKING:
    from sru_ner.model.prediction import Prediction


@dataclass(frozen=True, slots=True)
class Answer:
    """A predicted mention, in code points of its document."""

    document_id: str
    sentence_id: int | None
    """None where nobody looked for sentences."""
    start: int
    end: int
    text: str
    label: str
    """The model's label: `source$type`, or `type` if the model merges them."""
    score: float | None
    """None where the tool that predicted does not say it."""


def locate(sentence: Sentence, predictions: "Iterable[Prediction]") -> Iterator[Answer]:
    """Move predictions from words of their sentence to code points of the document."""
    for prediction in predictions:
        start = sentence.words[prediction.start][0]
        end = sentence.words[prediction.end - 1][1]
        yield Answer(
            document_id=sentence.document_id,
            sentence_id=sentence.sentence_id,
            start=start,
            end=end,
            text=sentence.text[start - sentence.start : end - sentence.start],
            label=prediction.label,
            score=prediction.score,
        )


def answering_labels(
    labels: Iterable[str], inventories: Mapping[str, TypeInventory], tested: str
) -> frozenset[str]:
    """Labels of a model that may answer for a tested source, by this module's rule.

    `labels` are all labels of the model, `inventories` those of the sources it learned from.
    """
    own_types = inventories[tested].types if tested in inventories else ()
    return frozenset(
        label
        for label in labels
        if type_name(label) not in own_types or label_source(label) in (None, tested)
    )


def count_exact(
    sentences: Iterable[Sentence],
    predictions: "Iterable[Iterable[Prediction]]",
    *,
    source: str,
    labels: Iterable[str],
    inventories: Mapping[str, TypeInventory],
) -> Counts:
    """Count a model's answers to sentences of a source that it learned from, on exact mentions.

    `predictions` are those of each sentence; `labels` and `inventories` come from the model's
    configuration. Only types marked in the sentence's document count, and only gold mentions that
    words express are in the sentences: add those that were lost to `fn`.
    """
    own = answering_labels(labels, inventories, source)
    counts = Counts()
    for sentence, found in zip(sentences, predictions, strict=True):
        types = inventories[source].of_document(sentence.annotated_types).types
        gold = {(m.start, m.end, m.type) for m in sentence.mentions}
        answers = {
            (p.start, p.end, type_name(p.label))
            for p in found
            if p.label in own and type_name(p.label) in types
        }
        right = len(gold & answers)
        counts += Counts(tp=right, fp=len(answers) - right, fn=len(gold) - right)
    return counts


@dataclass(slots=True)
class _Mention:
    """What is known so far of one row."""

    sentence_id: int | None
    text: str
    gold: bool = False
    fits_words: bool | None = None
    crosses_sentence: bool | None = None
    labels: set[str] = field(default_factory=set)
    score: float | None = None


def decide(
    gold: pa.Table,
    answers: Iterable[Answer],
    *,
    model: str,
    tested: str,
    split: str,
    inventory: TypeInventory,
    annotated: Mapping[str, Sequence[str]],
    labels: Sequence[str],
    inventories: Mapping[str, TypeInventory],
) -> pa.Table:
    """Join the gold mentions of one tested source with a model's answers, on exact mentions.

    `gold` has the columns of the spans table and is taken whole: mentions that words cannot
    express or that cross sentences are gold all the same. Of gold mentions that are there twice,
    one row remains. `inventory` is that of the tested source, `annotated` the types marked in those
    of its documents that have not all of them; `labels` and `inventories` come from the model's
    configuration. Returns a table of `decisions.SCHEMA`, sorted by document, start, descending end
    and type. Raises `InputError` for a gold type outside the inventory.
    """
    rows: dict[tuple[str, int, int, str], _Mention] = {}
    for mention in gold.to_pylist():
        types = annotated.get(mention["document_id"], inventory.types)
        if mention["type"] not in types:
            raise InputError(
                f"{tested}: gold mentions of type {mention['type']!r}, which is not in the"
                f" inventory ({', '.join(types)})",
                remedy=f"harmonise it again with `sru-ner harmonize {tested}`",
            )
        key = (mention["document_id"], mention["start"], mention["end"], mention["type"])
        rows[key] = _Mention(
            sentence_id=mention["sentence_id"],
            text=mention["text"],
            gold=True,
            fits_words=mention["fits_words"],
            crosses_sentence=mention["crosses_sentence"],
        )
    allowed = answering_labels(labels, inventories, tested)
    for answer in answers:
        if answer.label not in allowed:
            continue
        key = (answer.document_id, answer.start, answer.end, type_name(answer.label))
        row = rows.setdefault(key, _Mention(answer.sentence_id, answer.text))
        row.labels.add(answer.label)
        if answer.score is not None:
            row.score = max(answer.score, row.score if row.score is not None else 0.0)
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
