"""Reads a task of Label Studio as exported in its JSON format.

https://labelstud.io/guide/task_format describes it: `data` holds the text, and `annotations` the
work of one person each, of which `result` lists regions. The text is under the key that the option
`text` names, or else the one whose text the regions quote. Of several annotations of a task, the
one marked as ground truth is read, or else the last.

Assumptions: regions of texts have offsets in code points. Regions of HTML (`hypertextlabels`) have
such offsets under `globalOffsets`; others are refused. A choice for a region that
`options.rejecting` lists says that the region is no mention.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.json_values import kind_of
from sru_ner.corpora.readers.raw import MalformedError, RawMention
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.record_spans import read_spans

_LAYERS = {"annotations": ("annotations", "completions"), "predictions": ("predictions",)}


class NotAnnotatedError(Exception):
    """A task that nobody annotated; the message says what it has instead."""


def is_task(record: Mapping[str, Any]) -> bool:
    """Whether a record is a task of Label Studio."""
    keys = {key for layer in _LAYERS.values() for key in layer}
    return isinstance(record.get("data"), dict) and any(
        isinstance(record.get(key), list) for key in keys
    )


def read_task(
    task: Mapping[str, Any], line: int, options: RecordOptions, incidents: list[Incident]
) -> tuple[str, list[RawMention]]:
    """Return the text and the mentions of a task. What is no mention is added to `incidents`.

    Raises `NotAnnotatedError` if it has no annotation, and `MalformedError` if it is not a task.
    """
    layers = [task[key] for key in _LAYERS[options.layer] if isinstance(task.get(key), list)]
    works = [work for layer in layers for work in layer if _counts(work)]
    if not works:
        other = "annotations" if options.layer == "predictions" else "predictions"
        raise NotAnnotatedError(
            f"the task has no {options.layer}: it is left out; the option layer={other} reads its"
            f" {other}"
        )
    chosen = next((work for work in works if work.get("ground_truth")), works[-1])
    if len(works) > 1:
        others = sum(len(_regions(work)) for work in works if work is not chosen)
        detail = f"one of {len(works)} {options.layer} of a task is read, the others are not"
        incidents.append(Incident("noted", "further_annotation", line, detail, others))
    choices = _choices(chosen)
    regions = []
    for region in _regions(chosen):
        rejected = set(options.rejecting).intersection(choices.get(region.get("id"), ()))
        if rejected:
            detail = f"a person chose {min(rejected)!r} for it: no mention"
            incidents.append(Incident("noted", "judged_no_mention", line, detail))
        else:
            regions.append(_span(region))
    text = _text(task["data"], regions, options)
    return text, read_spans(regions, text, line, options, incidents)


def _counts(work: Any) -> bool:
    if not isinstance(work, dict) or not isinstance(work.get("result"), list):
        raise MalformedError("an annotation is not an object with a result")
    return not work.get("was_cancelled")


def _choices(work: Mapping[str, Any]) -> dict[Any, list[str]]:
    """Return the identifier of each region → the choices that were made for it."""
    found: dict[Any, list[str]] = {}
    for item in work["result"]:
        if isinstance(item, dict) and item.get("type") == "choices":
            value = item.get("value")
            choices = value.get("choices") if isinstance(value, dict) else None
            if isinstance(choices, list) and isinstance(item.get("id"), str):
                found.setdefault(item["id"], []).extend(map(str, choices))
    return found


def _regions(work: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the results that mark a place in the text; choices, comments and relations do not."""
    regions: list[Mapping[str, Any]] = []
    for item in work["result"]:
        if not isinstance(item, dict):
            raise MalformedError(f"a result is {kind_of(item)}, not an object")
        if str(item.get("type", "labels")).endswith("labels"):
            regions.append(item)
    return regions


def _span(region: Mapping[str, Any]) -> dict[str, Any]:
    """Return a region in the form of other formats: start, end, labels and text."""
    value = region.get("value")
    if not isinstance(value, dict):
        return {}
    whole = value.get("globalOffsets")
    place = whole if isinstance(whole, dict) else value
    labels = value.get("labels") or value.get(str(region.get("type")))
    quoted = value.get("text")
    span = {"start": place.get("start"), "end": place.get("end"), "labels": labels}
    return span if quoted is None else {**span, "text": quoted}


def _text(
    data: Mapping[str, Any], spans: Sequence[Mapping[str, Any]], options: RecordOptions
) -> str:
    texts = {key: value for key, value in data.items() if isinstance(value, str)}
    if options.text in texts:
        return texts[options.text]
    fitting = [key for key, text in texts.items() if all(_fits(text, span) for span in spans)]
    found = fitting if any("text" in span for span in spans) else list(texts)
    if len(found) != 1:
        listed = ", ".join(map(repr, data)) or "none"
        raise MalformedError(
            f"'data' has no text under {options.text!r}; its keys are {listed}: name one with the"
            " option text"
        )
    return texts[found[0]]


def _fits(text: str, span: Mapping[str, Any]) -> bool:
    start, end = span.get("start"), span.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        return True
    return "text" not in span or text[start:end] == span["text"]
