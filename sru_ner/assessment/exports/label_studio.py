"""The sample for Label Studio: tasks to import, and their labelling interface.

A task is a sentence with one prediction that holds all its drawn mentions. Offsets count code
points, as in recent versions of Label Studio; old versions counted UTF-16 units.
"""

from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

from sru_ner.assessment.sample import JUDGEMENTS, SampledMention, SampledSentence

FROM_NAME = "type"
TO_NAME = "text"


def to_tasks(sentences: Iterable[SampledSentence], *, model: str) -> list[dict[str, Any]]:
    """Return the tasks as Label Studio imports them; an empty list if nothing was drawn."""
    return [_task(item, model) for item in sentences]


def label_config(types: Iterable[str]) -> str:
    """Return the labelling interface as XML: types, and judgement and comment of each mention."""
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Header", value="$where", size="5")
    labels = ElementTree.SubElement(view, "Labels", name=FROM_NAME, toName=TO_NAME)
    for type_ in sorted(set(types)):
        ElementTree.SubElement(labels, "Label", value=type_)
    ElementTree.SubElement(view, "Text", name=TO_NAME, value="$text", granularity="word")
    ElementTree.SubElement(view, "Header", value="$annotated", size="5")
    choices = ElementTree.SubElement(
        view, "Choices", name="judgement", toName=TO_NAME, perRegion="true", choice="single"
    )
    for judgement in JUDGEMENTS:
        ElementTree.SubElement(choices, "Choice", value=judgement)
    ElementTree.SubElement(view, "TextArea", name="comment", toName=TO_NAME, perRegion="true")
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def _task(item: SampledSentence, model: str) -> dict[str, Any]:
    sentence = item.sentence
    marked = "; ".join(f"{sentence.text[g.start : g.end]} ({g.type})" for g in item.gold)
    return {
        "data": {
            "text": sentence.text,
            "where": f"{sentence.source} · {sentence.document_id}",
            "annotated": f"Annotated in the corpus: {marked or 'nothing'}",
            "tested": sentence.source,
            "document_id": sentence.document_id,
            "sentence_id": sentence.sentence_id,
            "sentence_start": sentence.start,
        },
        "predictions": [
            {
                "model_version": model,
                "score": round(min(mention.score for mention in item.sampled), 4),
                "result": [_region(mention, sentence.start) for mention in item.sampled],
            }
        ],
    }


def _region(mention: SampledMention, sentence_start: int) -> dict[str, Any]:
    return {
        "id": mention.id,
        "from_name": FROM_NAME,
        "to_name": TO_NAME,
        "type": "labels",
        "score": round(mention.score, 4),
        "value": {
            "start": mention.start - sentence_start,
            "end": mention.end - sentence_start,
            "text": mention.text,
            "labels": [mention.type],
        },
    }
