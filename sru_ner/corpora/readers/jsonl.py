"""JSON Lines: one document on each line, as annotation tools and data set hubs write them.

    {"id": "7", "text": "IL-2 in mice", "spans": [{"start": 0, "end": 4, "label": "Gene"}]}

The keys of a line tell its form:

- `text` with `spans`, `entities`, `labels` or `label`: each span is a list of start, end and type
  (spaCy, doccano), or an object (Prodigy, doccano), which may quote its `text`.
- `tokens` with `ner_tags` (Hugging Face): tags are words, or numbers that the option names.
- `tokenized_text` with `ner` (GLiNER): spans of tokens, with the last token as the end.

Assumptions: offsets are code points, end exclusive. A list of tokens is one sentence, and its text
is the tokens joined by one space. `annotated_types` lists the types that were looked for in this
document; by default these are all types in the catalog's entry.
"""

import json
from collections.abc import Mapping
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.json_values import check_characters, kind_of, refuse_constant
from sru_ner.corpora.readers.lines import numbered_lines
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import (
    MalformedError,
    RawDocument,
    RawMention,
    RawSentence,
    Reading,
    TextOptions,
    empty_file_error,
    read_all,
)
from sru_ner.corpora.readers.tags import Scheme, tag_parser, tag_runs

_SPANS = ("spans", "entities", "labels", "label")
_Words = tuple[tuple[int, int], ...]
_START, _END, _TYPE = ("start", "start_offset"), ("end", "end_offset"), ("type", "label")


class Options(TextOptions):
    """Options for what the format does not define."""

    text: str = "text"
    """Key of the text."""
    id: str = "id"
    """Key of the identifier."""
    scheme: Scheme = "iob2"
    """Scheme of `ner_tags`, as for the reader `iob`."""
    tag_names: tuple[str, ...] = ()
    """Tags for the numbers in `ner_tags`, from 0 on."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files. A document without an identifier is named `<name>-<line>`.

    A line that is not a document is left out and counted. Raises `InputError` if a file is not
    in its encoding or has no document.
    """
    return read_all(path, options.members, lambda part: _read(part, name, options))


def _read(part: Part, name: str, options: Options) -> Reading:
    documents: list[RawDocument] = []
    incidents: list[Incident] = []
    prefix = "-".join(filter(None, (name, part.name)))
    for number, line in numbered_lines(part, options.encoding):
        if not line.strip():
            continue
        try:
            record = read_record(line)
            unnamed = f"{prefix}-{number:06d}"
            documents.append(read_document(number, record, unnamed, options, incidents))
        except MalformedError as error:
            incidents.append(Incident("refused", "malformed_line", number, str(error)))
    if not documents:
        raise empty_file_error(
            "document",
            part,
            incidents,
            remedy="write one JSON object on each line; sru_ner/corpora/readers/jsonl.py names"
            " the keys",
        )
    return Reading(tuple(documents), tuple(incidents))


def read_record(line: str) -> dict[str, Any]:
    """Return the JSON object in a line. Raises `MalformedError` if there is no valid one."""
    try:
        record = json.loads(line, parse_constant=refuse_constant)
        if "\\ud" in line.lower():
            check_characters(json.dumps(record, ensure_ascii=False))
    except json.JSONDecodeError as error:
        raise MalformedError(f"no JSON: {error.msg} at character {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise MalformedError(f"this is not valid JSON: {str(error)[:80]}") from None
    if not isinstance(record, dict):
        raise MalformedError(f"not a JSON object but {kind_of(record)}")
    return record


def read_document(
    number: int,
    record: Mapping[str, Any],
    unnamed: str,
    options: Options,
    incidents: list[Incident],
) -> RawDocument:
    """Return the document in a record, named `unnamed` if it has no identifier.

    Malformed spans are added to `incidents`. Raises `MalformedError` if it is not a document.
    """
    identifier, annotated = _identifier(record, options.id), _annotated_types(record)
    words: _Words | None = None
    spans = next((record[key] for key in _SPANS if key in record), None)
    if spans is not None and options.text in record:
        text = _typed(record, options.text, str)
        mentions = _of_spans(number, text, None, _listed(spans), incidents)
    elif "tokens" in record and "ner_tags" in record:
        text, words = _joined(_typed(record, "tokens", list))
        mentions = _of_tags(number, text, words, _typed(record, "ner_tags", list), options)
    elif "tokenized_text" in record and "ner" in record:
        text, words = _joined(_typed(record, "tokenized_text", list))
        mentions = _of_spans(number, text, words, _listed(record["ner"]), incidents)
    else:
        wanted = f"{options.text!r} and 'spans', 'tokens' and 'ner_tags', or 'tokenized_text'"
        raise MalformedError(f"neither {wanted} and 'ner' in this line")
    return RawDocument(
        id=identifier or unnamed,
        text=text,
        mentions=tuple(mentions),
        line=number,
        sentences=None if words is None else (RawSentence(0, len(text), words),),
        annotated_types=annotated,
    )


def _identifier(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise MalformedError(f"{key!r} is {kind_of(value)}, not a string or a whole number")
    return str(value).strip()


def _annotated_types(record: Mapping[str, Any]) -> tuple[str, ...] | None:
    if record.get("annotated_types") is None:
        return None
    types = _typed(record, "annotated_types", list)
    if not all(isinstance(type_, str) for type_ in types):
        raise MalformedError("'annotated_types' is not a list of strings")
    return tuple(types)


def _typed(record: Mapping[str, Any], key: str, kind: type) -> Any:
    value = record[key]
    if not isinstance(value, kind):
        wanted = "a string" if kind is str else "a list"
        raise MalformedError(f"{key!r} is {kind_of(value)}, not {wanted}")
    return value


def _joined(tokens: list[Any]) -> tuple[str, _Words]:
    """Return the text of a list of tokens, and (start, end) of each token in it."""
    if not tokens or not all(isinstance(token, str) and token.strip() for token in tokens):
        raise MalformedError("a token is missing, blank or not a string")
    ends = list(accumulate((len(token) + 1 for token in tokens), initial=0))
    return " ".join(tokens), tuple((start, end - 1) for start, end in pairwise(ends))


def _of_spans(
    number: int, text: str, words: _Words | None, spans: list[Any], incidents: list[Incident]
) -> list[RawMention]:
    """Return the mentions in a list of spans; with `words`, the spans are ranges of tokens.

    A span that is not a mention is added to `incidents`.
    """
    mentions = []
    for i, span in enumerate(spans):
        try:
            start, end, type_, quoted = _parts(span)
            if words is not None:
                start, end = _place_of_tokens(start, end, words)
        except MalformedError as error:
            incidents.append(Incident("refused", "malformed_span", number, f"span {i}: {error}"))
            continue
        place = [(start, end)]
        mentions.append(place_mention(text, place, type_=type_, line=number, quoted=quoted))
    return mentions


def _place_of_tokens(first: int, last: int, words: _Words) -> tuple[int, int]:
    if not 0 <= first <= last < len(words):
        raise MalformedError(f"{first} to {last} is not a range of the {len(words)} tokens")
    return words[first][0], words[last][1]


def _of_tags(
    number: int,
    text: str,
    words: _Words,
    tags: list[Any],
    options: Options,
) -> list[RawMention]:
    if len(tags) != len(words):
        raise MalformedError(f"{len(words)} tokens and {len(tags)} tags")
    plain = tag_parser(options.scheme, None)
    found = [plain(_tag_name(tag, options)) for tag in tags]
    if None in found:
        wrong = found.index(None)
        raise MalformedError(f"the tag of token {wrong} is not a tag of {options.scheme}")
    mentions = []
    for run in tag_runs([tag for tag in found if tag], options.scheme):
        start, end = words[run.first][0], words[run.last][1]
        mentions.append(RawMention(start, end, text[start:end], run.type, number, run.flaw))
    return mentions


def _tag_name(tag: Any, options: Options) -> str:
    if isinstance(tag, str):
        return tag
    if isinstance(tag, int) and not isinstance(tag, bool) and 0 <= tag < len(options.tag_names):
        return options.tag_names[tag]
    raise MalformedError(f"a tag is {kind_of(tag)} without a name in `tag_names`")


def _listed(spans: Any) -> list[Any]:
    if not isinstance(spans, list):
        raise MalformedError(f"the spans are {kind_of(spans)}, not a list")
    return spans


def _parts(span: Any) -> tuple[int, int, str, str | None]:
    """Return start, end, type and quotation of a span."""
    quoted = None
    if isinstance(span, list) and len(span) == 3:
        start, end, type_ = span
    elif isinstance(span, dict):
        start, end, type_ = (
            next((span[key] for key in keys if key in span), None) for keys in (_START, _END, _TYPE)
        )
        quoted = span.get("text")
    else:
        raise MalformedError(f"{kind_of(span)}, not an object or a list of start, end and type")
    for what, offset in (("start", start), ("end", end)):
        if isinstance(offset, bool) or not isinstance(offset, int):
            raise MalformedError(f"its {what} is {kind_of(offset)}, not a whole number")
    if not isinstance(type_, str) or not type_.strip():
        raise MalformedError(f"its type is {kind_of(type_)}, not a name")
    if quoted is not None and not isinstance(quoted, str):
        raise MalformedError(f"its text is {kind_of(quoted)}, not a string")
    return start, end, type_, quoted
