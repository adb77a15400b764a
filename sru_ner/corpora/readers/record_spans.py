"""Reads the spans of a record: each is a list of start, end and type, or an object.

An object has its type under the first of these keys that holds one: `label` (Prodigy, doccano),
`type` (GLiNER, SpERT), `entity_group`, `entity_type`, `obj` (PubAnnotation), `entity`, `labels`
(Label Studio). Some formats write what kind of thing it is under `type`, such as `span`: such a
word is a type only if there is no other. Several names in a list are several mentions.

An object has its place as `start` and `end`, `start_offset` and `end_offset`, `begin` and `end`,
`start_char` and `end_char`, or as several pieces: a list of pairs or of objects under `span`,
`offsets` (BigBio), `fragments` or `spans`, or a list of words under `index` (W2NER).

Offsets count code points, or words if there is a list of words.
"""

from collections.abc import Sequence
from typing import Any

from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.json_values import kind_of
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import MalformedError, RawMention
from sru_ner.corpora.readers.record_options import RecordOptions

Pair = tuple[int, int]
"""Start and end, exclusive."""

_STARTS = ("start", "start_offset", "begin", "start_char")
_ENDS = ("end", "end_offset", "end_char", "stop")
_PIECES = ("span", "offsets", "fragments", "spans")
_TYPES = ("label", "type", "entity_group", "entity_type", "obj", "entity", "labels")
_KINDS = ("span", "labels", "entity")


def read_spans(
    spans: Any,
    text: str,
    line: int,
    options: RecordOptions,
    incidents: list[Incident],
    *,
    words: Sequence[Pair] | None = None,
    inclusive: bool = False,
) -> list[RawMention]:
    """Return the mentions in a list of spans; what is no mention is added to `incidents`.

    words: (start, end) of the words in the text, if the spans count words. inclusive: whether ends
    are inclusive if the options do not say it. Raises `MalformedError` if there is no list.
    """
    if options.end_is:
        inclusive = options.end_is == "inclusive"
    mentions: list[RawMention] = []
    for i, span in enumerate(listed(spans)):
        try:
            pieces, types, quoted = _parts(span, options, inclusive)
            if words is not None:
                pieces = [_in_text(first, end, words) for first, end in _runs(pieces)]
        except MalformedError as error:
            incidents.append(Incident("refused", "malformed_span", line, f"span {i}: {error}"))
            continue
        mentions += (
            place_mention(text, pieces, type_=type_, line=line, quoted=quoted) for type_ in types
        )
    return mentions


def listed(spans: Any) -> list[Any]:
    """Return the spans as a list: of a list, of lists by name, or of an object of columns.

    spaCy has lists of spans by the name of their group, and Hugging Face stores a list of objects
    as an object of lists, `{"start": [0], "end": [4], "type": ["X"]}`. Raises `MalformedError` for
    anything else.
    """
    if isinstance(spans, list):
        return spans
    if isinstance(spans, dict) and spans and all(isinstance(x, list) for x in spans.values()):
        columns = list(spans.values())
        if all(isinstance(item, (dict, list)) for column in columns for item in column):
            return [item for column in columns for item in column]
        if len({len(column) for column in columns}) == 1:
            return [dict(zip(spans, row, strict=True)) for row in zip(*columns, strict=True)]
    raise MalformedError(f"the spans are {kind_of(spans)}, not a list")


def _parts(
    span: Any, options: RecordOptions, inclusive: bool
) -> tuple[list[Pair], list[str], str | None]:
    """Return the pieces, the types and the quotation of a span."""
    more = int(inclusive)
    if isinstance(span, (list, tuple)) and len(span) == 3:
        return [_pair(span[0], span[1], more)], _types(span[2], options), None
    if not isinstance(span, dict):
        what = f"a list of {len(span)}" if isinstance(span, (list, tuple)) else kind_of(span)
        raise MalformedError(f"{what}, not an object or a list of start, end and type")
    quoted = span.get("text")
    if isinstance(quoted, list) and all(isinstance(piece, str) for piece in quoted):
        quoted = " ".join(quoted)
    if quoted is not None and not isinstance(quoted, str):
        raise MalformedError(f"its text is {kind_of(quoted)}, not a string")
    return _pieces(span, options, more), _types(_type_value(span, options), options), quoted


def _pieces(span: dict[str, Any], options: RecordOptions, more: int) -> list[Pair]:
    if isinstance(span.get("index"), list) and options.start is None:
        numbers = [_number(number, "index") for number in span["index"]]
        if not numbers:
            raise MalformedError("its index is empty")
        return [(number, number + 1) for number in numbers]
    held = next((span[key] for key in _PIECES if isinstance(span.get(key), (list, dict))), None)
    if held and options.start is None:
        items = held if isinstance(held, list) else [held]
        if len(items) == 2 and not any(isinstance(item, (list, dict)) for item in items):
            items = [items]
        return [_piece(item, more) for item in items]
    start, end = (
        span.get(key) if key else next((span[k] for k in keys if span.get(k) is not None), None)
        for key, keys in ((options.start, _STARTS), (options.end, _ENDS))
    )
    return [_pair(start, end, more)]


def _piece(item: Any, more: int) -> Pair:
    if isinstance(item, dict):
        start, end = (
            next((item[key] for key in keys if item.get(key) is not None), None)
            for keys in (_STARTS, _ENDS)
        )
        return _pair(start, end, more)
    if isinstance(item, list) and len(item) == 2:
        return _pair(item[0], item[1], more)
    raise MalformedError(f"one of its pieces is {kind_of(item)}, not a start and an end")


def _pair(start: Any, end: Any, more: int) -> Pair:
    return _number(start, "start"), _number(end, "end") + more


def _number(value: Any, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedError(f"its {what} is {kind_of(value)}, not a whole number")
    return value


def _type_value(span: dict[str, Any], options: RecordOptions) -> Any:
    if options.type:
        return span.get(options.type)
    found = [span[key] for key in _TYPES if _is_type(span.get(key))]
    named = [value for value in found if value not in _KINDS]
    return (named or found or [span.get("label")])[0]


def _is_type(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(_is_type(item) and not isinstance(item, list) for item in value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return False
    return bool(str(value).strip())


def _types(value: Any, options: RecordOptions) -> list[str]:
    if not _is_type(value):
        raise MalformedError(f"its type is {kind_of(value)}, not a name")
    names = options.type_names
    values = value if isinstance(value, list) else [value]
    return [names.get(item, names.get(str(item), str(item))) for item in values]


def _runs(pieces: Sequence[Pair]) -> list[Pair]:
    """Join ranges of words of which each begins where the one before ends."""
    runs: list[Pair] = []
    for start, end in pieces:
        if runs and runs[-1][1] == start:
            runs[-1] = runs[-1][0], end
        else:
            runs.append((start, end))
    return runs


def _in_text(first: int, end: int, words: Sequence[Pair]) -> Pair:
    if not 0 <= first < end <= len(words):
        raise MalformedError(f"{first} to {end - 1} is not a range of the {len(words)} tokens")
    return words[first][0], words[end - 1][1]
