"""From a file of predictions, and what is gold, to the decisions table.

The offsets of a prediction count in the text of its own file. Where that is not the gold text,
nothing is scored unless alignment was asked for: offsets in another text are wrong in a way that
looks like a bad model. The same goes for mentions that quote another text than stands where they
say they are: they are taken as they say, and moved to what they quote when asked.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from sru_ner.corpora.incidents import Incident, Incidents, Outcome
from sru_ner.corpora.readers.raw import RawDocument
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.decisions.exact_match import decide
from sru_ner.decisions.predicted_mentions import PredictedMention
from sru_ner.errors import InputError
from sru_ner.predictions.alignment import Difference, align, find_difference, pair_documents
from sru_ner.predictions.annotations import Annotations
from sru_ner.predictions.mentions import FileMention, add_file_incidents, file_mentions
from sru_ner.predictions.type_maps import TypeMap

SHOWN = 3
"""Differences of texts that are shown; all are counted."""

SAME_TYPES = TypeMap()
"""Types are called alike on both sides."""

GIVEN = "given"
"""Split of decisions on two files."""

GOLD = pa.schema(
    [
        ("document_id", pa.string()),
        ("sentence_id", pa.int32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("text", pa.string()),
        ("type", pa.string()),
        ("fits_words", pa.bool_()),
        ("crosses_sentence", pa.bool_()),
    ]
)
"""What `exact_match.decide` reads of a gold mention; of a file the sentences are not looked for."""


class TextsDifferError(InputError):
    """Two files are not about the same texts."""

    def __init__(self, differences: Sequence[Difference], compared: int, remedy: str) -> None:
        shown = "".join(f"\n  {difference}" for difference in differences[:SHOWN])
        more = len(differences) - SHOWN
        rest = f"\n  … and {more:,} more" if more > 0 else ""
        super().__init__(
            f"{len(differences):,} of {compared:,} documents have another text in the two files,"
            f" so their offsets cannot be compared{shown}{rest}",
            remedy=remedy,
        )
        self.differences = tuple(differences)


def with_texts(bare: Annotations, other: Annotations) -> Annotations:
    """Documents without texts with those that the other side has under the same names."""
    if bare.has_text:
        return bare
    documents = {
        name: replace(document, text=other.documents[name].text)
        if name in other.documents
        else document
        for name, document in bare.documents.items()
    }
    return replace(bare, documents=documents)


def decide_files(
    gold: Annotations,
    predicted: Annotations,
    *,
    incidents: Incidents,
    gold_types: TypeMap = SAME_TYPES,
    types: TypeMap = SAME_TYPES,
    inventory: Collection[str] | None = None,
    aligned: bool = False,
) -> pa.Table:
    """Decisions on the mentions of two files, a table of `decisions.SCHEMA`.

    Whatever hinders a plain comparison is counted in `incidents`. `gold_types` and `types` map the
    types of the two sides. `inventory` are the types that are scored; None: those of the gold file.
    `aligned` carries predictions over to other versions of the texts. The columns about sentences
    and words are null. Raises `InputError` where there is nothing to score, and what
    `predicted_mentions` raises.
    """
    if inventory is None:
        names = (gold_types.translate(type_, ()) for type_ in gold.types)
        inventory = {name for name in names if name is not None}
        if not inventory:
            raise InputError(
                "no mention in it, so nothing says which types are scored",
                path=gold.path,
                remedy="name them with --types",
            )
    remedy = "take the same texts for both, or add --align to carry the predictions over"
    answers = predicted_mentions(
        predicted, gold, types, inventory, incidents, aligned=aligned, remedy=remedy
    )
    annotated = {
        name: sorted(set(inventory) & {gold_types.translate(type_, inventory) for type_ in marked})
        for name, document in gold.documents.items()
        if (marked := document.annotated_types) is not None
    }
    tested = gold.path.stem
    return decide(
        _gold_table(gold, gold_types, inventory, annotated, incidents, repair=aligned),
        answers,
        model=predicted.path.stem,
        tested=tested,
        split=GIVEN,
        inventory=TypeInventory(tested, tuple(sorted(inventory))),
        annotated=annotated,
        labels=sorted({answer.label for answer in answers} | types.targets(inventory)),
        inventories={},
    )


def _gold_table(
    gold: Annotations,
    types: TypeMap,
    inventory: Collection[str],
    annotated: Mapping[str, Collection[str]],
    incidents: Incidents,
    *,
    repair: bool,
) -> pa.Table:
    """Gold mentions of the types that were looked for; columns of `GOLD`."""
    rows = []
    for name, document in gold.documents.items():
        for marked in file_mentions(gold, document, types, inventory, incidents, repair=repair):
            if marked.type not in annotated.get(name, inventory):
                reason = f"mentions of {gold.path} with types that are not scored"
                incidents.add(Incident("noted", reason))
                continue
            row = {"start": marked.start, "end": marked.end, "text": marked.text}
            rows.append({"document_id": name, "type": marked.type, **row})
    add_file_incidents(gold, incidents)
    return pa.Table.from_pylist(rows, schema=GOLD)


def predicted_mentions(
    predicted: Annotations,
    gold: Annotations,
    types: TypeMap,
    inventory: Collection[str],
    incidents: Incidents,
    *,
    aligned: bool,
    remedy: str,
) -> list[PredictedMention]:
    """Predicted mentions in offsets of the gold texts, under our names of their types.

    Documents that the gold side does not have are left out and counted. Nothing is said of
    sentences. Raises `TextsDifferError` with `remedy` where texts differ and are not to be
    `aligned`.
    """
    pairs, by_text = pair_documents(_texts(gold), _texts(predicted))
    if not pairs:
        raise InputError(
            "the two files have no document in common, by name or by text:"
            f" {_some(gold.documents)} in {gold.path}, {_some(predicted.documents)} in"
            f" {predicted.path}",
            remedy="name the same documents, or check the formats that were detected",
        )
    by_other_name = "documents with other names, found by text"
    incidents.add(Incident("noted", by_other_name), by_text)
    missing = [document for name, document in gold.documents.items() if name not in pairs]
    if missing:
        reason = f"documents missing from {predicted.path}, with all mentions counted as missed"
        incidents.add(gold.incident("noted", reason, missing[0]), len(missing))
    paired = set(pairs.values())
    extra = [d for name, d in predicted.documents.items() if name not in paired]
    if extra:
        reason = f"documents of {predicted.path} missing from the gold file, left out"
        incidents.add(predicted.incident("refused", reason, extra[0]), len(extra))
    differences = _differences(pairs, gold, predicted)
    if differences and not aligned:
        raise TextsDifferError(differences, len(pairs), remedy)
    changed = {difference.document_id for difference in differences}
    answers = []
    for name, other in pairs.items():
        document, text = predicted.documents[other], gold.documents[name].text
        found = file_mentions(predicted, document, types, inventory, incidents, repair=aligned)
        if name in changed:
            found = _carried(found, document, text, predicted, incidents)
        answers += [_answer(name, marked) for marked in found]
    scored = sum(answer.score is not None for answer in answers)
    if scored:
        reason = f"mentions of {predicted.path} without a score, unlike the others"
        incidents.add(Incident("noted", reason), len(answers) - scored)
    add_file_incidents(predicted, incidents)
    return answers


def _texts(annotations: Annotations) -> dict[str, str]:
    return {name: document.text for name, document in annotations.documents.items()}


def _some(names: Collection[str]) -> str:
    listed = ", ".join(list(names)[:SHOWN])
    return listed + (", …" if len(names) > SHOWN else "")


def _differences(
    pairs: Mapping[str, str], gold: Annotations, predicted: Annotations
) -> list[Difference]:
    found = (
        find_difference(
            name,
            gold.documents[name].text,
            predicted.documents[other].text,
            gold_place=gold.place(gold.documents[name]),
            predicted_place=predicted.place(predicted.documents[other]),
        )
        for name, other in pairs.items()
    )
    return [difference for difference in found if difference]


def _carried(
    found: Sequence[FileMention],
    document: RawDocument,
    text: str,
    predicted: Annotations,
    incidents: Incidents,
) -> list[FileMention]:
    """Return the mentions of a document in the offsets of another version of its text."""

    def add(outcome: Outcome, reason: str) -> None:
        incidents.add(predicted.incident(outcome, reason, document))

    alignment = align(document.text, text)
    if alignment is None:
        add("refused", "documents with nothing of the gold text, mentions left out")
        return []
    add("repaired", "documents aligned with another version of the text")
    carried = []
    for marked in found:
        span = alignment.carry(marked.start, marked.end)
        if span is None:
            add("refused", "mentions without a place in the gold text, left out")
        else:
            start, end = span
            carried.append(replace(marked, start=start, end=end, text=text[start:end]))
    return carried


def _answer(document_id: str, marked: FileMention) -> PredictedMention:
    return PredictedMention(
        document_id=document_id,
        sentence_id=None,
        start=marked.start,
        end=marked.end,
        text=marked.text,
        label=marked.type,
        score=marked.score,
    )
