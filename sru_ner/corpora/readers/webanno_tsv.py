r"""WebAnno TSV 3, as INCEpTION and WebAnno export it (versions 3.1 to 3.3).

    #FORMAT=WebAnno TSV 3.3
    #T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value

    #Text=IL-2 gene in mice
    1-1<TAB>0-4<TAB>IL-2<TAB>*[1]|*<TAB>DNA[1]|Gene<TAB>
    1-2<TAB>5-9<TAB>gene<TAB>*[1]<TAB>DNA[1]<TAB>

Each file is one document, whose identifier is the file's name. A line is a word, or a part of a
word (`1-1.1`). A column is a feature of a layer. `_` is no annotation, `*` one without a value, `|`
separates several, and a number in brackets tells which values are of one annotation. A backslash
escapes characters. `uima_layers.py` says which layers have mentions.

Assumptions: offsets count UTF-16 code units, as Java does, end exclusive. The text between two
sentences is not in the file: it becomes spaces. Relations, slots and links of chains are noted and
not read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.names import name_after_files
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import (
    RawDocument,
    RawMention,
    RawSentence,
    Reading,
    TextOptions,
    empty_file_error,
    read_all,
)
from sru_ner.corpora.readers.uima_layers import (
    LayerOptions,
    choose_layers,
    short_name,
    type_feature,
    unread_layers,
)
from sru_ner.corpora.readers.utf16 import Utf16Text
from sru_ner.corpora.readers.webanno_lines import (
    Column,
    Word,
    lay_out,
    parse_lines,
    unescape,
)

_VALUE = re.compile(r"(?P<value>(?:\\.|[^\\\[])*)(?:\[(?P<number>[0-9]+)\])?", re.DOTALL)
_STACKED = re.compile(r"(?:\\.|[^\\|])+", re.DOTALL)
_KINDS = {"RL": "relation", "CH": "chain_link"}


class Options(TextOptions, LayerOptions):
    """Options for what the format does not define."""

    members: str = "*.tsv"


@dataclass(slots=True)
class _Mark:
    """A mention while its words are being read; offsets are code units of the document."""

    begin: int
    end: int
    type: str
    line: int


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files. Documents are named after their files, so `name` is not used.

    Raises `InputError` if a file is not WebAnno TSV 3 or has no sentence, and `UnknownNameError`
    for a layer that does not exist.
    """
    reading = read_all(path, options.members, lambda part: _read(part, options))
    return name_after_files(reading, path)


def _read(part: Part, options: Options) -> Reading:
    incidents: list[Incident] = []
    columns, sentences = parse_lines(part, options.encoding, incidents)
    text, placed = lay_out(sentences, incidents)
    if not placed:
        raise empty_file_error(
            "sentence", part, incidents, remedy="export the document again, as WebAnno TSV v3"
        )
    whole = Utf16Text(text)
    spans = dict.fromkeys(column.layer for column in columns if column.kind == "SP")
    chosen = choose_layers(spans, options, part.place)
    words = [word for sentence in sentences for word in sentence.words]
    mentions = tuple(_mentions(whole, words, columns, chosen, options))
    incidents += _unread(columns, words, chosen)
    found = (whole.text[start:end] for start, end in placed)
    gold = tuple(
        RawSentence(start + len(s) - len(s.lstrip()), start + len(s.rstrip()), None)
        for (start, _), s in zip(placed, found, strict=True)
        if s.strip()
    )
    document = RawDocument("", text, mentions, 1, sentences=gold)
    return Reading((document,), tuple(incidents))


def _mentions(
    text: Utf16Text,
    words: list[Word],
    columns: list[Column],
    chosen: list[str],
    options: Options,
) -> Iterator[RawMention]:
    marks: list[_Mark] = []
    numbered: dict[tuple[str, str], _Mark] = {}
    for layer in chosen:
        own = [i for i, column in enumerate(columns) if column.layer == layer]
        plain = [i for i in own if not _is_slot(columns[i].feature)]
        key = type_feature([columns[i].feature for i in plain], options)
        column = next((i for i in plain if columns[i].feature == key), (plain or own)[0])
        for word in words:
            for value, number in _values(word.values[column]):
                before = numbered.get((layer, number)) if number else None
                if before is not None:
                    before.begin = min(before.begin, word.begin)
                    before.end = max(before.end, word.end)
                    continue
                type_ = value if value and key else short_name(layer)
                mark = _Mark(word.begin, word.end, type_, word.line)
                marks.append(mark)
                if number:
                    numbered[layer, number] = mark
    for mark in sorted(marks, key=lambda m: (m.begin, -m.end, m.type)):
        place = text.code_points(mark.begin), text.code_points(mark.end)
        yield place_mention(text.text, [place], type_=mark.type, line=mark.line)


def _values(cell: str) -> Iterator[tuple[str, str]]:
    """Yield value and number of each annotation in a cell; both may be empty."""
    if cell in ("_", ""):
        return
    for stacked in _STACKED.findall(cell):
        found = _VALUE.match(stacked)
        value = found["value"] if found else stacked
        yield (
            "" if value in ("*", "_") else unescape(value).strip(),
            (found and found["number"]) or "",
        )


def _is_slot(feature: str) -> bool:
    """Tell whether a column has a role of a slot, or its target, whose name is a layer's."""
    return feature.startswith("ROLE_") or "." in feature


def _unread(columns: list[Column], words: list[Word], chosen: list[str]) -> Iterator[Incident]:
    """Yield a note on each layer of spans, relation, link and slot that is not read."""
    counts: dict[str, int] = {}
    for i, column in enumerate(columns):
        new = i == 0 or columns[i - 1].layer != column.layer
        cells = [(w.line, w.values[i]) for w in words if w.values[i] not in ("_", "*", "")]
        if column.kind == "SP" and new:
            counts[column.layer] = sum(1 for w in words for _ in _values(w.values[i]))
        kind = "slot" if column.feature.startswith("ROLE_") else _KINDS.get(column.kind)
        if kind and (new or kind == "slot"):
            detail = f"{column.layer} is not read"
            yield from (Incident("noted", kind, line, detail, 0) for line, _ in cells)
    for detail in unread_layers(counts, chosen):
        yield Incident("noted", "other_layer", 0, detail, 0)
