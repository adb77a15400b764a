"""Makes documents of records, which are JSON values or the rows of a table.

`record_forms.py` describes the forms of records. `annotated_types` lists the types that were looked
for in a document; by default these are all types in the catalog's entry. `judged` lists places, in
the form of spans, that people judged for a type which was not looked for elsewhere: a mention if
`spans` has it, or none. A record with another `answer` than `accept` (Prodigy) and a task without
an annotation (Label Studio) are no gold standard: they are left out and counted.
"""

import json
from collections.abc import Mapping
from typing import Any

from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.json_values import check_characters, kind_of, refuse_constant
from sru_ner.corpora.readers.label_studio import NotAnnotatedError
from sru_ner.corpora.readers.raw import MalformedError, RawDocument
from sru_ner.corpora.readers.record_forms import FORMS, Form, count_spans
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.record_spans import read_spans


def parse_record(line: str) -> Any:
    """Return the JSON value in a line. Raises `MalformedError` if there is no valid one."""
    try:
        value = json.loads(line, parse_constant=refuse_constant)
        if "\\ud" in line.lower():
            check_characters(json.dumps(value, ensure_ascii=False))
    except json.JSONDecodeError as error:
        raise MalformedError(f"no JSON: {error.msg} at character {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"this is not valid JSON: {str(error)[:80]}") from None
    return value


def find_form(value: Any, options: RecordOptions) -> Form | None:
    """Return the form of a JSON value or a row; None if it is not a record of a known form."""
    record = _as_record(value)
    if record is None:
        return None
    return next((form for form in FORMS if form.fits(record, options)), None)


def read_document(
    number: int, value: Any, unnamed: str, options: RecordOptions, incidents: list[Incident]
) -> RawDocument | None:
    """Return the document in a record, named `unnamed` if it has no identifier.

    Returns None if the record says that it is not part of the gold standard. That and malformed
    spans are added to `incidents`. `number` is the line or the row. Raises `MalformedError` if it
    is not a document.
    """
    record = _as_record(value)
    if record is None:
        raise MalformedError(f"not a JSON object but {kind_of(value)}")
    form = find_form(record, options)
    if form is None:
        keys = ", ".join(list(record)[:8]) or "none"
        raise MalformedError(
            f"neither {options.text!r} and 'spans', nor another known pair of keys; its keys are"
            f" {keys}: name them with the options text and spans, or tokens and tags"
        )
    answer = record.get("answer")
    if answer not in (None, "accept"):
        detail = f"the answer is {str(answer)[:20]!r}: left out"
        count = count_spans(record, options)
        incidents.append(Incident("noted", "not_accepted", number, detail, count))
        return None
    identifier, annotated = _identifier(record, options), _annotated_types(record)
    try:
        content = form.read(record, number, options, incidents)
        places = record.get("judged") or []
        judged = read_spans(places, content.text, number, options, incidents)
    except NotAnnotatedError as error:
        incidents.append(Incident("noted", "not_annotated", number, str(error), 0))
        return None
    return RawDocument(
        id=identifier or unnamed,
        text=content.text,
        mentions=tuple(content.mentions),
        line=number,
        sentences=content.sentences,
        annotated_types=annotated,
        judged=tuple((place.start, place.end, place.type) for place in judged),
    )


def _as_record(value: Any) -> Mapping[str, Any] | None:
    """Return an object as it is, and an example of spaCy, [text, {"entities": …}], as an object."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], dict):
        return {**value[1], "text": value[0]} if isinstance(value[0], str) else None
    return None


def _identifier(record: Mapping[str, Any], options: RecordOptions) -> str:
    key = next((key for key in (options.id, "doc_key") if record.get(key) is not None), None)
    if key is None:  # PubAnnotation has an identifier in parts
        parts = [record.get(key) for key in ("sourcedb", "sourceid", "divid")]
        return ":".join(str(part) for part in parts if part is not None and part != "")
    value = record[key]
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise MalformedError(f"{key!r} is {kind_of(value)}, not a string or a whole number")
    return str(value).strip()


def _annotated_types(record: Mapping[str, Any]) -> tuple[str, ...] | None:
    types = record.get("annotated_types")
    if types is None:
        return None
    if not isinstance(types, list):
        raise MalformedError(f"'annotated_types' is {kind_of(types)}, not a list")
    if not all(isinstance(type_, str) for type_ in types):
        raise MalformedError("'annotated_types' is not a list of strings")
    return tuple(types)
