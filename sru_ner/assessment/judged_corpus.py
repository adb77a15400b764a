"""A corpus of what people judged: sentences, each annotated for the types that its verdicts settle.

A sentence is annotated for a type only if every predicted mention of this type in it was judged,
and each verdict is settled: all assessors agree, or somebody adjudicated. All other types stay
open, so training gives no penalty for them. Mentions that no model predicted are not known: a
sentence may lack some.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from sru_ner.assessment.items import Item
from sru_ner.assessment.judgements import Judgements
from sru_ner.assessment.verdicts import Judgement, Verdict

Span = tuple[int, int, str]


def judged_corpus(key: pa.Table, judgements: Judgements) -> list[dict[str, Any]]:
    """Return documents in the form of the reader `jsonl`, in the order of the sample.

    key: table of `key.SCHEMA` of the same sample. A sentence of which no type is settled is left
    out. A mention whose type was corrected to one that is not settled there is left out, too.
    """
    undrawn = {row["id"]: row["undrawn"] for row in key.to_pylist()}
    sentences: dict[str, list[Item]] = defaultdict(list)
    for item in judgements.items.items:
        sentences[item.text].append(item)
    documents = []
    for text, items in sentences.items():
        settled = {item.id: _settled(item, judgements.final(item.id)) for item in items}
        types = _settled_types(items, [i for i in items if settled[i.id] is None or undrawn[i.id]])
        spans = {span for item in items for span in settled[item.id] or () if span[2] in types}
        if types:
            documents.append(_document(items[0], text, types, spans))
    return documents


def _settled_types(items: Iterable[Item], left: Iterable[Item]) -> list[str]:
    """Return the types of all items without those of the items that are left open."""
    return sorted({item.type for item in items} - {item.type for item in left})


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


def _document(item: Item, text: str, types: list[str], spans: set[Span]) -> dict[str, Any]:
    return {
        "id": f"{item.document}-{item.id}",
        "text": text,
        "annotated_types": types,
        "spans": [
            {"start": start, "end": end, "label": type_}
            for start, end, type_ in sorted(spans, key=lambda s: (s[0], -s[1], s[2]))
        ],
    }
