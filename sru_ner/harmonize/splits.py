"""Finds the split of a document: that of its file, a drawn one, or one from the corpus's lists."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sru_ner.corpora.archives import read_parts
from sru_ner.corpora.readers.lines import numbered_lines
from sru_ner.errors import InputError


@dataclass(frozen=True, slots=True)
class Listed:
    """The place where a corpus lists a document for a split."""

    split: str
    path: Path
    line: int


def find_split(
    document_id: str, splits: Sequence[str], listed: Mapping[str, Listed], dev_share: float
) -> str | None:
    """Return the split of a document whose file holds `splits`.

    If the file holds several splits, the corpus's lists say which one it is, and None is returned
    for a document that no list has. Without lists, dev is drawn from train.
    """
    if len(splits) == 1 or not listed:
        return draw_split(document_id, splits, dev_share)
    place = listed.get(document_id)
    return place.split if place and place.split in splits else None


def draw_split(document_id: str, splits: Sequence[str], dev_share: float) -> str:
    """Return the split of a document whose file holds `splits` (one, or train and dev).

    The draw depends only on the document's identifier. So it never changes, and a document that is
    in several corpora is in the same split in all of them.
    """
    if len(splits) == 1:
        return splits[0]
    digest = hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).digest()
    return "dev" if int.from_bytes(digest[:8], "big") < dev_share * 2**64 else "train"


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
