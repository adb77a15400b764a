"""Finds the split of a document: that of its file, a drawn one, or one from the corpus's lists.

A draw depends only on a document's identifier and on the corpus's seed. So documents that are added
later move no other document, and with the same seed a document that is in several corpora is in the
same split in all of them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sru_ner.corpora.archives import read_parts
from sru_ner.corpora.readers.lines import numbered_lines
from sru_ner.errors import InputError


@dataclass(frozen=True, slots=True)
class Draw:
    """The rule by which documents are drawn into splits."""

    dev_share: float
    """Share of the documents drawn as dev."""
    test_share: float
    """Share of the documents drawn as test."""
    seed: int = 0
    """Another seed draws other documents."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The place where a corpus lists a document for a split."""

    split: str
    path: Path
    line: int


def find_split(
    document_id: str, splits: Sequence[str], listed: Mapping[str, Listed], draw: Draw
) -> str | None:
    """Return the split of a document whose file holds `splits`.

    If the file holds several splits, the corpus's lists say which one it is, and None is returned
    for a document that no list has. Without lists, the split is drawn.
    """
    if len(splits) == 1 or not listed:
        return draw_split(document_id, splits, draw)
    place = listed.get(document_id)
    return place.split if place and place.split in splits else None


def draw_split(document_id: str, splits: Sequence[str], draw: Draw) -> str:
    """Return the split of a document whose file holds `splits`, in the order train, dev, test.

    Dev and test get their shares and train gets the rest. Without train, dev and test share all
    documents in the proportion of their shares.
    """
    if len(splits) == 1:
        return splits[0]
    dev = draw.dev_share if "dev" in splits else 0.0
    test = draw.test_share if "test" in splits else 0.0
    if "train" not in splits:
        dev, test = dev / (dev + test), test / (dev + test)
    drawn = _drawn_number(document_id, draw.seed)
    # Dev is at one end and test at the other, so that drawing test moves no dev document.
    if drawn < dev:
        return "dev"
    return "test" if drawn >= 1 - test else splits[0]


def _drawn_number(document_id: str, seed: int) -> float:
    """Return a number from 0 to 1, evenly distributed over identifiers."""
    name = f"{seed}:{document_id}" if seed else document_id
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def read_lists(lists: Iterable[tuple[str, Path]]) -> dict[str, Listed]:
    """Read the lists of documents, and return the place of each document's identifier.

    `lists` are splits with files that have a document's identifier on each line. Raises
    `InputError` if a document is listed for two splits.
    """
    places: dict[str, Listed] = {}
    for split, path in lists:
        for number, line in chain.from_iterable(map(numbered_lines, read_parts(path))):
            name = line.strip()
            if name in places and places[name].split != split:
                raise InputError(
                    f"{name} is listed for {split} and also for {places[name].split}",
                    path=path,
                    line=number,
                    remedy="correct the lists: two splits would share the document",
                )
            if name:
                places[name] = Listed(split, path, number)
    return places
