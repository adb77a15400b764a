"""spaCy's DocBin (`.spacy`): the training data of spaCy 3, with entities and groups of spans.

The format is packed msgpack with tables of tokens, as spaCy documents it (https://spacy.io/api/docbin).
It is read here without building spaCy's documents: their tables are checked in C only in part, and
nothing limits how far a file may expand. msgpack holds plain values, so no code of a file runs.

Assumptions: a document's text is its tokens and the spaces that the file gives; a file that says
that it does not know the spaces has one between all tokens. Entities are those of the tokens' tags
(`doc.ents`). A document has no identifier, so it is named `<name>-<ordinal>`.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import (
    MalformedError,
    PartOptions,
    RawDocument,
    RawMention,
    RawSentence,
    Reading,
    empty_file_error,
    read_all,
)
from sru_ner.corpora.unpacking import DISTRUST, FREE_BYTES, MAX_BYTES, MAX_RATIO
from sru_ner.errors import InputError, UnknownNameError

ENTITIES = "ents"
"""Name of the entities, which are not a group of spans."""

_SPAN = struct.Struct(">QQQllll")
_BROKEN = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
)


class Options(PartOptions):
    """Options for what the format does not define."""

    members: str = "*.spacy"
    spans: tuple[str, ...] = ()
    """What is read: `ents` for the entities, or keys of groups of spans (`sc`). By default these
    are the entities or, if the file has none, all groups."""


@dataclass(frozen=True, slots=True)
class _Bin:
    """The tables of a file, checked to be as long as they have to be."""

    columns: Mapping[str, np.ndarray]
    """Name of the attribute → its value for each token of the file; uint64."""
    spaces: np.ndarray
    """Whether a space follows each token; bool."""
    lengths: list[int]
    """Number of tokens of each document."""
    unknown_spaces: list[bool]
    groups: list[dict[str, list[tuple[int, int, int]]]]
    """Key of a group → first token, token after the last, and label, for each document."""
    strings: Any
    """spaCy's store of strings by their numbers."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files. A document is named `<name>-<ordinal>`.

    A document without a text is left out and counted. Raises `InputError` if a file is no DocBin,
    expands too far or has no document, and `UnknownNameError` for a group that does not exist.
    """
    return read_all(path, options.members, lambda part: _read(part, name, options))


def is_docbin(content: bytes) -> bool:
    """Tell from its first bytes whether a file is a DocBin."""
    try:
        head = zlib.decompressobj().decompress(content[:4096], 512)
    except zlib.error:
        return False
    return b"version" in head and b"attrs" in head and 0x80 <= head[0] < 0x90


def _read(part: Part, name: str, options: Options) -> Reading:
    try:
        table = _table(_message(part))
    except _BROKEN as error:
        raise InputError(
            f"this is not a readable DocBin of spaCy ({str(error)[:80]})",
            path=part.place,
            remedy="write it again with spaCy 3: DocBin(docs=…).to_disk(…)",
        ) from None
    keys = {key for group in table.groups for key in group}
    counts = {key: sum(len(g.get(key, ())) for g in table.groups) for key in sorted(keys)}
    counts[ENTITIES] = sum(1 for _ in _entities(table, 0, sum(table.lengths)))
    for wanted in options.spans:
        if wanted not in counts:
            raise UnknownNameError("group of spans", wanted, sorted(counts), place=part.place)
    chosen = options.spans or ((ENTITIES,) if counts[ENTITIES] else tuple(sorted(keys)))
    incidents = [
        Incident("noted", "other_spans", 0, f"{count:,} spans of {key!r} are not read", 0)
        for key, count in counts.items()
        if key not in chosen and count
    ]
    prefix = "-".join(filter(None, (name, part.name)))
    documents: list[RawDocument] = []
    begins = accumulate(table.lengths, initial=0)
    for number, (begin, length) in enumerate(zip(begins, table.lengths, strict=False), start=1):
        try:
            found = _document(table, number, begin, begin + length, chosen, incidents)
        except MalformedError as error:
            incidents.append(Incident("refused", "malformed_document", number, str(error)))
            continue
        documents.append(RawDocument(f"{prefix}-{number:06d}", *found))
    if not documents:
        refused = [incident for incident in incidents if incident.outcome == "refused"]
        raise empty_file_error("document", part, refused, remedy="add documents to the DocBin")
    return Reading(tuple(documents), tuple(incidents))


def _message(part: Part) -> dict[str, Any]:
    """Return the values of a file. Raises `InputError` if it expands too far."""
    most = min(MAX_BYTES, max(FREE_BYTES, MAX_RATIO * len(part.content)))
    packed = zlib.decompressobj()
    try:
        content = packed.decompress(part.content, most)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if packed.unconsumed_tail:
        raise InputError(
            f"{len(part.content)} bytes expand to more than {most}",
            path=part.place,
            remedy=DISTRUST,
        )
    found = _unpacked(content)
    return found if isinstance(found, dict) else _wrong("it is no table of values")


def _unpacked(content: bytes) -> Any:
    from srsly import msgpack  # noqa: PLC0415

    # With a hook of our own, no arrays are built from descriptions in the file.
    return msgpack.unpackb(content, raw=False, object_pairs_hook=dict, strict_map_key=False)


def _table(message: Mapping[str, Any]) -> _Bin:
    from spacy.attrs import IDS  # noqa: PLC0415
    from spacy.strings import StringStore  # noqa: PLC0415

    names = {number: name for name, number in IDS.items()}
    attributes = [names.get(number, str(number)) for number in message["attrs"]]
    lengths = [int(n) for n in np.frombuffer(message["lengths"], "<i4")]
    count, width = sum(lengths), len(attributes)
    tokens = np.frombuffer(message["tokens"], "<u8")
    spaces = np.frombuffer(message["spaces"], "?")
    if min(lengths, default=0) < 0 or tokens.size != count * width or spaces.size != count:
        _wrong("the tables of tokens are not as long as the documents")
    strings = message["strings"]
    if not all(isinstance(string, str) for string in strings):
        _wrong("a string is none")
    flags = message.get("flags") or [{} for _ in lengths]
    groups = message.get("span_groups") or [b"" for _ in lengths]
    if len(flags) != len(lengths) or len(groups) != len(lengths):
        _wrong("flags or groups of spans are missing for some documents")
    columns = tokens.reshape(count, width).T if width else _wrong("it has no attributes")
    return _Bin(
        columns=dict(zip(attributes, columns, strict=True)),
        spaces=spaces,
        lengths=lengths,
        unknown_spaces=[bool(flag.get("has_unknown_spaces")) for flag in flags],
        groups=[_groups(group) for group in groups],
        strings=StringStore(strings),
    )


def _groups(packed: bytes) -> dict[str, list[tuple[int, int, int]]]:
    """Return the groups of spans of a document, which older versions of spaCy wrote as a list."""
    found = _unpacked(packed) if packed else []
    pairs = found.items() if isinstance(found, dict) else ((group, None) for group in found)
    groups: dict[str, list[tuple[int, int, int]]] = {}
    for content, keys in pairs:
        group = _unpacked(content)
        spans = [_SPAN.unpack(span) for span in group["spans"]]
        for key in keys or [group["name"]]:
            groups[str(key)] = [(span[3], span[4], span[2]) for span in spans]
    return groups


def _wrong(problem: str) -> NoReturn:
    raise ValueError(problem)


def _document(
    table: _Bin,
    number: int,
    begin: int,
    end: int,
    chosen: tuple[str, ...],
    incidents: list[Incident],
) -> tuple[str, tuple[RawMention, ...], int, tuple[RawSentence, ...] | None]:
    """Return text, mentions, ordinal and sentences of the tokens from `begin` to `end`."""
    orths = table.columns["ORTH"][begin:end].tolist()
    if not all(orth in table.strings for orth in orths):
        raise MalformedError("a token is not among the strings of the file")
    words = [table.strings[orth] for orth in orths]
    gaps = [" " if table.unknown_spaces[number - 1] or s else "" for s in table.spaces[begin:end]]
    pieces = [word + gap for word, gap in zip(words, gaps, strict=True)]
    text = "".join(pieces)
    if not text.strip():
        raise MalformedError("the document has no text")
    starts = list(accumulate(map(len, pieces), initial=0))
    ends = [start + len(word) for start, word in zip(starts, words, strict=False)]
    mentions = []
    for key in chosen:
        spans = (
            _entities(table, begin, end)
            if key == ENTITIES
            else iter(table.groups[number - 1].get(key, ()))
        )
        for first, after, label in spans:
            problem, type_ = "", ""
            if 0 <= first < after <= len(words):
                type_ = table.strings[label].strip() if label in table.strings else ""
                problem = "" if type_ else "its label is not among the strings of the file"
            else:
                problem = f"it is not a range of the {len(words)} tokens"
            if problem:
                detail = f"a span of {key!r} from token {first} to {after}: {problem}"
                incidents.append(Incident("refused", "malformed_span", number, detail))
                continue
            place = starts[first], ends[after - 1]
            mentions.append(place_mention(text, [place], type_=type_, line=number))
    return text, tuple(mentions), number, _sentences(table, begin, end, starts, ends)


def _entities(table: _Bin, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield first token, token after the last, and label of the entities, counted from `begin`.

    The tags are 1 for inside, 2 for outside, 3 for the beginning, and 0 for unknown.
    """
    if "ENT_IOB" not in table.columns or "ENT_TYPE" not in table.columns:
        return
    tags = table.columns["ENT_IOB"][begin:end].tolist()
    labels = table.columns["ENT_TYPE"][begin:end].tolist()
    first: int | None = None
    for i, (tag, label) in enumerate(zip([*tags, 2], [*labels, 0], strict=True)):
        if first is not None and (tag != 1 or label != labels[first]):
            yield first, i, labels[first]
            first = None
        if first is None and label and tag in (1, 3):
            first = i


def _sentences(
    table: _Bin, begin: int, end: int, starts: list[int], ends: list[int]
) -> tuple[RawSentence, ...] | None:
    """Return the sentences that the tokens begin; None if no token after the first begins one."""
    marks = table.columns.get("SENT_START")
    if marks is None:
        return None
    firsts = [i for i, mark in enumerate(marks[begin:end].tolist()) if mark == 1 or i == 0]
    if len(firsts) < 2:
        return None
    lasts = [*(first - 1 for first in firsts[1:]), end - begin - 1]
    return tuple(RawSentence(starts[a], ends[b], None) for a, b in zip(firsts, lasts, strict=True))
