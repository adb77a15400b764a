"""A dataset folder for Argilla 2, which `rg.Dataset.from_disk` loads, and its records read back.

The folder has `.argilla/settings.json`, `.argilla/dataset.json` and `records.json`. A record is an
item, with the span as a suggestion. Verdicts are responses: `dataset.to_disk` writes them.
https://docs.argilla.io
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sru_ner.assessment.exports.reading import Reading, Span
from sru_ner.assessment.items import Item
from sru_ner.assessment.verdicts import Judgement
from sru_ner.files import read_json, write_json

FOLDER, HIDDEN, RECORDS = "argilla", ".argilla", "records.json"
_REMEDY = "write the dataset with `dataset.to_disk`, records included"


def write(folder: Path, items: Iterable[Item], types: Iterable[str]) -> None:
    """Write settings, dataset and records."""
    hidden = folder / FOLDER / HIDDEN
    write_json(hidden / "dataset.json", {"name": "sru-ner-assessment"})
    write_json(hidden / "settings.json", _settings(list(types) or ["Mention"]))
    write_json(folder / FOLDER / RECORDS, [_record(item) for item in items])


def read(path: Path, items: Mapping[str, Item]) -> Reading:
    """Read the folder of a dataset, or its `records.json`; a response has the assessor's id."""
    path = path / RECORDS if path.is_dir() else path
    reading = Reading(items)
    for record in read_json(path, remedy=_REMEDY):
        by_user: dict[str, dict[str, Any]] = {}
        for question, responses in (record.get("responses") or {}).items():
            for response in responses:
                user = str(response.get("user_id"))
                by_user.setdefault(user, {})[question] = response.get("value")
        for user, said in by_user.items():
            reading.add(
                str(record.get("id", "")),
                text=(record.get("fields") or {}).get("text"),
                judgement=said.get("verdict") or "",
                spans=_spans(said["mention"]) if "mention" in said else None,
                comment=said.get("comment") or "",
                assessor=f"Argilla user {user}",
            )
    return reading


def _settings(types: Iterable[str]) -> dict[str, Any]:
    fields = [_named(name, {"type": "text"}, False) for name in ("before", "text", "after")]
    fields[1]["required"] = True
    verdicts = [{"value": each.value, "text": each.words} for each in Judgement]
    span = {
        "type": "span",
        "field": "text",
        "allow_overlapping": True,
        "options": [{"value": type_, "text": type_} for type_ in types],
    }
    return {
        "guidelines": "Is the marked text a mention of its type?",
        "fields": fields,
        "questions": [
            _named("mention", span, False),
            _named("verdict", {"type": "label_selection", "options": verdicts}, True),
            _named("comment", {"type": "text"}, False),
        ],
        "vectors": [],
        "metadata": [
            {
                "name": "document",
                "title": "document",
                "settings": {"type": "terms", "values": None},
                "visible_for_annotators": True,
            }
        ],
        "allow_extra_metadata": False,
    }


def _named(name: str, settings: dict[str, Any], required: bool) -> dict[str, Any]:
    return {"name": name, "title": name, "settings": settings, "required": required}


def _record(item: Item) -> dict[str, Any]:
    span = {"start": item.start, "end": item.end, "label": item.type}
    fields = {"before": item.before, "text": item.text, "after": item.after}
    return {
        "id": item.id,
        "fields": {name: text for name, text in fields.items() if text},
        "metadata": {"document": item.document},
        "suggestions": {"mention": {"value": [span], "score": None, "agent": None}},
        "responses": {},
        "vectors": {},
        "status": "pending",
    }


def _spans(values: Iterable[Mapping[str, Any]]) -> list[Span]:
    return [(value["start"], value["end"], value["label"]) for value in values]
