"""Records for doccano, and its exports read back.

The project is of the kind "Intent Detection and Slot Filling": the category of a record is the
verdict, and its slot is the span. The project's option to count grapheme clusters has to be off, so
that offsets are code points. https://doccano.github.io/doccano/

In doccano 1.8.4, `data_import/pipeline/label.py` and `data.py` say what a record may hold,
`data_export/pipeline/factories.py` what an export holds, and `label_types/models.py` what a label
is.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sru_ner.assessment.exports.json_lines import read_lines, write_lines
from sru_ner.assessment.exports.reading import Reading, Span
from sru_ner.assessment.items import Item
from sru_ner.assessment.verdicts import Judgement
from sru_ner.files import write_json

RECORDS = "doccano.jsonl"
SPAN_LABELS, VERDICT_LABELS = "doccano_span_labels.json", "doccano_categories.json"
_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb")


def write(folder: Path, items: Iterable[Item], types: Iterable[str]) -> None:
    """Write the records, and the labels to import into the project."""
    # doccano may guess the encoding of a file, and all guesses agree on ASCII.
    write_lines(folder / RECORDS, map(_record, items), only_ascii=True)
    write_json(folder / SPAN_LABELS, _labels(types))
    write_json(folder / VERDICT_LABELS, _labels([each.words for each in Judgement]))


def read(path: Path, items: Mapping[str, Item]) -> Reading:
    """Read an export as JSONL; doccano writes a file for each assessor, named after them."""
    reading = Reading(items)
    for _, record in read_lines(path):
        comments = record.get("Comments") or record.get("comments") or []
        reading.add(
            str(record.get("item", "")),
            text=record.get("text"),
            judgement=" ".join(record.get("cats") or ()),
            spans=[_span(entity) for entity in record.get("entities") or ()],
            comment=" ".join(c if isinstance(c, str) else str(c.get("text")) for c in comments),
        )
    return reading


def _record(item: Item) -> dict[str, Any]:
    return {
        "text": item.text,
        "entities": [[item.start, item.end, item.type]],
        "cats": [],
        "item": item.id,
        "document": item.document,
        "before": item.before,
        "after": item.after,
    }


def _labels(names: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {
            "text": name,
            "suffix_key": str(number) if number < 10 else None,
            "background_color": _COLOURS[number % len(_COLOURS)],
            "text_color": "#ffffff",
        }
        for number, name in enumerate(names)
    ]


def _span(entity: Any) -> Span:
    if isinstance(entity, dict):
        return entity["start_offset"], entity["end_offset"], entity["label"]
    start, end, label = entity
    return start, end, label
