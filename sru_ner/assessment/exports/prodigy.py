"""Tasks for Prodigy, and its datasets read back (`prodigy db-out`).

A task shows the span (`ner_manual`), the verdicts (`choice`) and a field for a comment
(`text_input`) as blocks; `prodigy_config.json` names these. Offsets are code points, and spans
have indices of tokens, too; the last token of a span is inclusive.
https://prodi.gy/docs/api-interfaces
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from sru_ner.assessment.exports.json_lines import read_lines, write_lines
from sru_ner.assessment.exports.reading import Reading
from sru_ner.assessment.items import Item
from sru_ner.assessment.verdicts import Judgement
from sru_ner.files import write_json
from sru_ner.text.words import split_words

TASKS, CONFIG = "prodigy.jsonl", "prodigy_config.json"


def write(folder: Path, items: Iterable[Item], types: Iterable[str]) -> None:
    """Write the tasks and the blocks that show them."""
    write_lines(folder / TASKS, map(_task, items))
    blocks = [
        {"view_id": "ner_manual", "labels": list(types)},
        {"view_id": "choice", "text": None},
        {"view_id": "text_input", "field_id": "comment", "field_label": "Comment"},
    ]
    write_json(folder / CONFIG, {"choice_style": "single", "blocks": blocks})


def read(path: Path, items: Mapping[str, Item]) -> Reading:
    """Read a dataset as JSONL. A task that was ignored is unsure; a rejected one is no entity."""
    reading = Reading(items)
    answers = {"ignore": Judgement.UNSURE.words, "reject": Judgement.NO_ENTITY.words}
    for _, task in read_lines(path):
        chosen = " ".join(task.get("accept") or ())
        at = task.get("_timestamp")
        by = task.get("_annotator_id")
        reading.add(
            str(task.get("item", "")),
            text=task.get("text"),
            judgement=chosen or answers.get(task.get("answer", ""), ""),
            spans=[(s["start"], s["end"], s["label"]) for s in task.get("spans") or ()],
            comment=task.get("comment") or "",
            at=None if at is None else datetime.fromtimestamp(at, UTC),
            assessor=None if by is None else str(by),
        )
    return reading


def _task(item: Item) -> dict[str, Any]:
    tokens = _tokens(item)
    first = next(n for n, (start, _) in enumerate(tokens) if start == item.start)
    last = next(n for n, (_, end) in enumerate(tokens) if end == item.end)
    return {
        "text": item.text,
        "tokens": [
            {
                "text": item.text[start:end],
                "start": start,
                "end": end,
                "id": n,
                "ws": item.text[end : end + 1].isspace(),
            }
            for n, (start, end) in enumerate(tokens)
        ],
        "spans": [
            {
                "start": item.start,
                "end": item.end,
                "token_start": first,
                "token_end": last,
                "label": item.type,
            }
        ],
        "options": [{"id": judgement.value, "text": judgement.words} for judgement in Judgement],
        "meta": {"document": item.document, "before": item.before, "after": item.after},
        "item": item.id,
    }


def _tokens(item: Item) -> list[tuple[int, int]]:
    """Return the words of the text, cut where the span begins and ends, also inside a word."""
    cuts = {item.start, item.end}
    pieces = []
    for start, end in split_words(item.text):
        inside = sorted({start, end, *(cut for cut in cuts if start < cut < end)})
        pieces += list(pairwise(inside))
    if not any(start == item.start for start, _ in pieces) or not any(
        end == item.end for _, end in pieces
    ):  # the span begins or ends with a blank
        pieces = [p for p in pieces if p[1] <= item.start or p[0] >= item.end]
        pieces.append((item.start, item.end))
    return sorted(pieces)
