"""Predicted mentions in offsets of the gold texts.

A prediction's offsets are offsets in the text of its own file. If that text is not the gold text,
nothing is scored unless the caller asks for alignment: offsets of another text would look like
errors of the model. The same holds for a mention that quotes another text than the one at its
offsets. Its offsets count, unless alignment is asked for; then it is moved to the quoted text.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sru_ner.corpora.incidents import Incident, Incidents, Outcome
from sru_ner.corpora.readers.raw import RawDocument
from sru_ner.decisions.predicted_mentions import PredictedMention
from sru_ner.errors import InputError
from sru_ner.predictions.alignment import Difference, align, find_difference, pair_documents
from sru_ner.predictions.annotations import Annotations
from sru_ner.predictions.mentions import FileMention, add_file_incidents, file_mentions
from sru_ner.predictions.type_maps import TypeMap
from sru_ner.rendering.amounts import counted

SHOWN = 3
"""Largest number of differences between texts, and of document names, that a message shows."""


class TextsDifferError(InputError):
    """The documents of two files have different texts."""

    def __init__(self, differences: Sequence[Difference], compared: int, remedy: str) -> None:
        shown = "".join(f"\n  {difference}" for difference in differences[:SHOWN])
        more = len(differences) - SHOWN
        rest = f"\n  … and {more:,} more" if more > 0 else ""
        super().__init__(
            f"the texts of the two files differ in {len(differences):,} of"
            f" {counted(compared, 'document')},"
            f" so their offsets cannot be compared{shown}{rest}",
            remedy=remedy,
        )
        self.differences = tuple(differences)


def predictions_in_gold_texts(
    predicted: Annotations,
    gold: Annotations,
    types: TypeMap,
    inventory: Collection[str],
    incidents: Incidents,
    *,
    aligned: bool,
    remedy: str,
) -> list[PredictedMention]:
    """Return the predicted mentions in offsets of the gold texts, with mapped types.

    Documents that the gold side does not have are left out and counted in `incidents`. Sentences
    are not set. Raises `TextsDifferError` with `remedy` where texts differ and `aligned` is false,
    and `InputError` where the two sides have no document in common.
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
    mentions = []
    for name, other in pairs.items():
        document, text = predicted.documents[other], gold.documents[name].text
        found = file_mentions(predicted, document, types, inventory, incidents, repair=aligned)
        if name in changed:
            found = _carried(found, document, text, predicted, incidents)
        mentions += [_predicted(name, mention) for mention in found]
    if any(mention.score is not None for mention in mentions):
        reason = f"mentions of {predicted.path} without a score, unlike the others"
        unscored = sum(mention.score is None for mention in mentions)
        incidents.add(Incident("noted", reason), unscored)
    scored = [predicted.documents[other] for other in pairs.values()]
    add_file_incidents(predicted, scored, incidents)
    return mentions


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
    for mention in found:
        span = alignment.carry(mention.start, mention.end)
        if span is None:
            add("refused", "mentions without a place in the gold text, left out")
        else:
            start, end = span
            carried.append(replace(mention, start=start, end=end, text=text[start:end]))
    return carried


def _predicted(document_id: str, mention: FileMention) -> PredictedMention:
    return PredictedMention(
        document_id=document_id,
        sentence_id=None,
        start=mention.start,
        end=mention.end,
        text=mention.text,
        label=mention.type,
        score=mention.score,
    )
