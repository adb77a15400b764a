"""Tasks for Label Studio (https://labelstud.io/guide/task_format), and its exports read back.

A task is an item; its prediction holds the span. Offsets are code points. The labelling interface
asks for a verdict, and lets the assessor move or retype the span.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from sru_ner.assessment.exports.reading import Reading, Span
from sru_ner.assessment.items import Item
from sru_ner.assessment.verdicts import Judgement
from sru_ner.files import read_json, write_json, write_text

TASKS, CONFIG = "label_studio.json", "label_config.xml"
_SPAN, _TEXT = "mention", "text"
_REMEDY = "export the project as JSON, not as JSON-MIN"


def write(folder: Path, items: Iterable[Item], types: Iterable[str]) -> None:
    """Write the tasks and the labelling interface."""
    write_json(folder / TASKS, [_task(item) for item in items])
    write_text(folder / CONFIG, label_config(types))


def label_config(types: Iterable[str]) -> str:
    """Return the labelling interface as XML."""
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Header", value="Is the marked text a mention of type $type?")
    ElementTree.SubElement(view, "Text", name="before", value="$before")
    labels = ElementTree.SubElement(view, "Labels", name=_SPAN, toName=_TEXT)
    for type_ in sorted(set(types)) or ["Mention"]:
        ElementTree.SubElement(labels, "Label", value=type_)
    ElementTree.SubElement(view, "Text", name=_TEXT, value="$text", granularity="symbol")
    ElementTree.SubElement(view, "Text", name="after", value="$after")
    choices = ElementTree.SubElement(
        view, "Choices", name="verdict", toName=_TEXT, choice="single", required="true"
    )
    for judgement in Judgement:
        ElementTree.SubElement(choices, "Choice", value=judgement.words)
    ElementTree.SubElement(view, "TextArea", name="comment", toName=_TEXT)
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def read(path: Path, items: Mapping[str, Item]) -> Reading:
    """Read an export in the format JSON; each annotation is the work of one assessor."""
    reading = Reading(items)
    for number, task in enumerate(read_json(path, remedy=_REMEDY), start=1):
        data, works = task.get("data", {}), task.get("annotations")
        if not isinstance(data, dict) or not isinstance(works, list):
            reading.fault("not a task", f"task {number}", _REMEDY)
            continue
        for work in works:
            if not work.get("was_cancelled"):
                _read_work(reading, data, work)
    return reading


def _task(item: Item) -> dict[str, Any]:
    region = {
        "id": item.id,
        "from_name": _SPAN,
        "to_name": _TEXT,
        "type": "labels",
        "value": {
            "start": item.start,
            "end": item.end,
            "text": item.mention,
            "labels": [item.type],
        },
    }
    names = ("document", "before", "text", "after", "type")
    return {
        "data": {"item": item.id, **{name: getattr(item, name) for name in names}},
        "predictions": [{"model_version": "to judge", "result": [region]}],
    }


def _read_work(reading: Reading, data: Mapping[str, Any], work: Mapping[str, Any]) -> None:
    said: dict[str, list[str]] = {"choices": [], "text": []}
    spans: list[Span] = []
    for part in work.get("result", ()):
        value = part.get("value", {})
        if part.get("type") == "labels":
            spans += [(value["start"], value["end"], label) for label in value.get("labels", ())]
        elif part.get("type") == "choices":
            said["choices"] += value.get("choices", ())
        elif part.get("type") == "textarea":
            text = value.get("text", ())
            said["text"] += [text] if isinstance(text, str) else text
    by = work.get("completed_by")
    by = by.get("email") or by.get("id") if isinstance(by, dict) else by
    at = work.get("updated_at") or work.get("created_at")
    reading.add(
        str(data.get("item", "")),
        text=data.get("text"),
        judgement=" ".join(said["choices"]),
        spans=spans,
        comment=" ".join(said["text"]),
        at=datetime.fromisoformat(at) if at else None,
        assessor=None if by is None else f"Label Studio user {by}",
    )
