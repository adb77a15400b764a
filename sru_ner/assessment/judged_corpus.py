"""A corpus of what people judged: sentences, and in each the places that verdicts settle.

Nobody looked for what the models missed. So no type is annotated in the whole of a sentence, and
training gives no penalty elsewhere: a judged place is a mention of a type, or none, and the rest
stays open. A verdict is settled if all assessors agree, or somebody adjudicated.

A mention that somebody corrected to a type of which no prediction was judged is left out. There are
only right places of such a type, and a model that never learns of a wrong one marks it everywhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sru_ner.assessment.items import Item
from sru_ner.assessment.judgements import Judgements
from sru_ner.assessment.verdicts import Judgement, Verdict

Span = tuple[int, int, str]


def judged_corpus(judgements: Judgements) -> list[dict[str, Any]]:
    """Return documents in the form of the reader `jsonl`, in the order of the sample.

    A sentence of which no place is settled is left out. A place that one verdict calls a mention
    and another one wrong is a mention: somebody corrected a neighbour to it.
    """
    sentences: dict[str, list[Item]] = defaultdict(list)
    for item in judgements.items.items:
        sentences[item.text].append(item)
    judged_types = {item.type for item in judgements.items.items}
    documents = []
    for text, items in sentences.items():
        spans: set[Span] = set()
        places: set[Span] = set()
        for item in items:
            mentions = _settled(item, judgements.final(item.id))
            if mentions is not None:
                kept = [mention for mention in mentions if mention[2] in judged_types]
                spans.update(kept)
                places.update([(item.start, item.end, item.type), *kept])
        if places:
            documents.append(_document(items[0], text, spans, places))
    return documents


def _settled(item: Item, verdicts: Sequence[Verdict]) -> list[Span] | None:
    """Return the mention, or none, that all verdicts say is there; None if it is not settled."""
    said = [_mention(item, verdict) for verdict in verdicts]
    return said[0] if said and all(each == said[0] for each in said) else None


def _mention(item: Item, verdict: Verdict) -> list[Span] | None:
    start = item.start if verdict.start is None else verdict.start
    end = item.end if verdict.end is None else verdict.end
    if verdict.verdict == Judgement.CORRECT:
        return [(item.start, item.end, item.type)]
    if verdict.verdict == Judgement.WRONG_BOUNDARY:
        return None if verdict.start is None else [(start, end, verdict.type or item.type)]
    if verdict.verdict == Judgement.WRONG_TYPE and verdict.type is not None:
        return [(start, end, verdict.type)]
    return []


def _document(item: Item, text: str, spans: set[Span], places: set[Span]) -> dict[str, Any]:
    return {
        "id": f"{item.document}-{item.id}",
        "text": text,
        "annotated_types": [],
        "spans": _as_records(spans),
        "judged": _as_records(places),
    }


def _as_records(spans: Iterable[Span]) -> list[dict[str, Any]]:
    return [
        {"start": start, "end": end, "label": type_}
        for start, end, type_ in sorted(spans, key=lambda s: (s[0], -s[1], s[2]))
    ]
