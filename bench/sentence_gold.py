"""Texts whose sentences are known: articles of GENIA, and texts written for this project.

A text of this project has `¦` before each sentence but the first, and `%%` between texts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sru_ner.corpora.catalog import find_source
from sru_ner.corpora.fetch import fetch_source
from sru_ner.corpora.readers import read_file
from sru_ner.harmonize.splits import read_lists

MARKED = Path(__file__).resolve().parent.parent / "tests/fixtures/sentences"
"""Folder with the texts of this project, in the folders `dev` and `test`."""
WIDTH = 72
"""Columns of a wrapped text."""

_MARK = "¦"
_BETWEEN = "\n%%\n"


@dataclass(frozen=True, slots=True)
class GoldText:
    """Text and where its sentences begin."""

    text: str
    starts: frozenset[int]
    """Offsets in code points of all sentences but the first."""


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Beginnings of sentences that were found, compared with the gold ones."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the found beginnings that are right; 0 if none was found."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of the gold beginnings that were found; 0 if there are none."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def compare(texts: Iterable[GoldText], found: Iterable[Sequence[int]]) -> Boundaries:
    """Compare found offsets of sentences with the gold ones, text by text.

    A found offset may be that of white space before a sentence. The first sentence of a text does
    not count, as every splitter finds it.
    """
    right = wrong = missed = 0
    for gold, offsets in zip(texts, found, strict=True):
        begin = _after_space(gold.text, 0)
        starts = {_after_space(gold.text, offset) for offset in offsets} - {begin, len(gold.text)}
        right += len(starts & gold.starts)
        wrong += len(starts - gold.starts)
        missed += len(gold.starts - starts)
    return Boundaries(right, wrong, missed)


def marked_texts(half: str) -> list[GoldText]:
    """Read the texts of this project: those of `dev`, from which rules are made, or of `test`."""
    return [
        _without_marks(block)
        for path in sorted((MARKED / half).glob("*.txt"))
        for block in path.read_text(encoding="utf-8").rstrip("\n").split(_BETWEEN)
    ]


def genia_texts(split: str, raw: Path) -> list[GoldText]:
    """Read the articles of a split of GENIA: title and abstract on lines of their own.

    The sentences of an abstract are joined by one space. raw: the folder that the corpus is copied
    to. Raises `SruNerError` if the corpus cannot be had.
    """
    source = find_source("genia")
    fetch_source(source, raw)
    folder = raw / source.name
    listed = read_lists((f.lists, folder / f.name) for f in source.raw_files if f.lists)
    (file,) = source.document_files
    options = {**source.options, **({"members": file.members} if file.members else {})}
    reading = read_file(source.reader, folder / file.name, name=source.name, options=options)
    texts = []
    for document in reading.documents:
        place = listed.get(document.id)
        if place is None or place.split != split or not document.sentences:
            continue
        signs = list(document.text)
        for cut in document.passage_cuts:
            signs[cut - 1] = "\n"
        starts = frozenset(sentence.start for sentence in document.sentences[1:])
        texts.append(GoldText("".join(signs), starts))
    return texts


def joined(text: GoldText) -> GoldText:
    """Return the text with a space for each line end."""
    return GoldText(text.text.replace("\n", " "), text.starts)


def wrapped(text: GoldText) -> GoldText:
    """Return the text with its lines wrapped at `WIDTH` columns, as in old files."""
    signs, line, space = list(text.text), 0, 0
    for place, sign in enumerate(text.text):
        if sign == "\n":
            line = place + 1
        elif sign == " ":
            space = place
        if place - line >= WIDTH and space > line:
            signs[space], line = "\n", space + 1
    return GoldText("".join(signs), text.starts)


def lower(text: GoldText) -> GoldText:
    """Return the text without capitals; the few letters whose small form is longer are kept."""
    signs = (sign.lower() if len(sign.lower()) == 1 else sign for sign in text.text)
    return GoldText("".join(signs), text.starts)


def _without_marks(block: str) -> GoldText:
    sentences = block.split(_MARK)
    starts, place = [], 0
    for sentence in sentences[:-1]:
        place += len(sentence)
        starts.append(place)
    return GoldText("".join(sentences), frozenset(starts))


def _after_space(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place
