"""The lines of WebAnno TSV 3: columns of layers, words, and the text of sentences."""

import re
from dataclasses import dataclass, field

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.lines import Encoding, numbered_lines
from sru_ner.corpora.readers.utf16 import Utf16Text
from sru_ner.errors import InputError

FORMAT = "#FORMAT=WebAnno TSV 3"
"""Beginning of the first line of a file."""

_LAYER = re.compile(r"#T_(?P<kind>SP|CH|RL)=(?P<name>[^|]+)(?P<columns>(?:\|.*)?)")
_WORD = re.compile(r"[0-9]+-[0-9]+(?P<part>\.[0-9]+)?\t(?P<begin>[0-9]{1,9})-(?P<end>[0-9]{1,9})\t")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|->|.)", re.DOTALL)
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a layer."""

    layer: str
    kind: str
    """SP, CH or RL: spans, links of chains, relations."""
    feature: str
    """Name of the feature; empty if the layer has none."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a part of one, with offsets in code units of the document."""

    line: int
    begin: int
    end: int
    form: str
    values: tuple[str, ...]
    """Cells of the columns of layers, escaped as they are in the file."""
    whole: bool
    """Whether it is a word, not a part of one."""


@dataclass(slots=True)
class Sentence:
    """The lines of a sentence."""

    texts: list[str] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)


def parse_lines(
    part: Part, encoding: Encoding, incidents: list[Incident]
) -> tuple[list[Column], list[Sentence]]:
    """Return the columns of layers and the sentences of a file.

    Lines that are malformed are added to `incidents`. Raises `InputError` if the first line is
    another one, or if the file is not in its encoding.
    """
    columns: list[Column] = []
    sentences: list[Sentence] = []
    for number, line in numbered_lines(part, encoding):
        if number == 1:
            if not line.startswith(FORMAT):
                raise InputError(
                    f"the first line is not {FORMAT}.…",
                    path=part.place,
                    line=1,
                    remedy="export the document as WebAnno TSV v3",
                )
        elif (layer := _LAYER.fullmatch(line)) and sentences:
            detail = "a layer that is named after the first sentence: its columns are not known"
            incidents.append(Incident("refused", "malformed_line", number, detail))
        elif layer:
            names = layer["columns"][1:].split("|") if layer["columns"] else [""]
            columns += (Column(layer["name"].strip(), layer["kind"], name) for name in names)
        elif line.startswith("#Text="):
            if not sentences or sentences[-1].words:
                sentences.append(Sentence())
            sentences[-1].texts.append(line.partition("=")[2])
        elif word := _WORD.match(line):
            form, *values = line[word.end() :].split("\t")
            if not sentences or len(values) < len(columns) or word["begin"] == word["end"]:
                detail = f"{len(values)} columns of layers, not {len(columns)}, or no #Text before"
                incidents.append(Incident("refused", "malformed_line", number, detail))
                continue
            place = int(word["begin"]), int(word["end"])
            found = Word(number, *place, form, tuple(values), word["part"] is None)
            sentences[-1].words.append(found)
        elif line.strip() and not line.startswith("#"):
            detail = "neither a word with its place nor a comment"
            incidents.append(Incident("refused", "malformed_line", number, detail))
    return columns, sentences


def lay_out(
    sentences: list[Sentence], incidents: list[Incident]
) -> tuple[str, list[tuple[int, int]]]:
    """Return the document's text and the place of each sentence in it, in code points.

    A sentence that is not behind the one before it loses its words, and is counted.
    """
    pieces: list[str] = []
    placed: list[tuple[int, int]] = []
    units = points = 0
    for sentence in sentences:
        if not sentence.words:
            continue
        text, start = _text(sentence, incidents)
        if start < units:
            line = sentence.words[0].line
            detail = "the sentence is not behind the one before it"
            incidents.append(Incident("refused", "malformed_sentence", line, detail))
            sentence.words.clear()
            continue
        pieces += (" " * (start - units), text)
        points += start - units
        placed.append((points, points + len(text)))
        points += len(text)
        units = start + Utf16Text(text).length
    return "".join(pieces), placed


def _text(sentence: Sentence, incidents: list[Incident]) -> tuple[str, int]:
    """Return the text of a sentence, and where it starts in code units of the document.

    That is the text of the `#Text` lines, with escapes or, for programs that do not write these,
    without. If its words are not in it, the text is made of the words, and this is counted.
    """
    words = [word for word in sentence.words if word.whole]
    raw = "\n".join(sentence.texts)
    first = words[0] if words else sentence.words[0]
    for text in (unescape(raw), raw):
        whole = Utf16Text(text)
        at = Utf16Text(text[: max(text.find(first.form), 0)]).length
        start = first.begin - at
        if start >= 0 and all(
            text[whole.code_points(w.begin - start) : whole.code_points(w.end - start)] == w.form
            for w in words
        ):
            return text, start
    detail = "the words are not in the #Text line, so the text is made of the words"
    incidents.append(Incident("noted", "text_of_words", first.line, detail, 0))
    pieces: list[str] = []
    end = first.begin
    for word in words:
        pieces += (" " * max(0, word.begin - end), word.form)
        end = max(word.begin, end) + Utf16Text(word.form).length
    return "".join(pieces), first.begin


def unescape(text: str) -> str:
    """Return a text without the backslashes that escape its characters."""

    def plain(match: re.Match[str]) -> str:
        found = match[1]
        if len(found) == 5:
            return chr(int(found[1:], 16))
        return _ESCAPED.get(found, found)

    # Two escapes of Java for one character become this character.
    return _ESCAPE.sub(plain, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
