"""Agreement between sources: the strings that one annotates, looked up in all others.

In another source, a string may be annotated as the same type, as another type, within other
boundaries (it overlaps a mention with another span), or not at all. If the other source annotates
the type, an unmarked string is an annotation gap or follows another guideline. If it does not, the
dynamic loss leaves the type open. A string is a run of words, split like raw text and not like the
source's own words. Words are in lower case unless they have capitals or digits after the first
letter (`was` is not `WAS`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sru_ner.dataset.corpus import Corpus
from sru_ner.inventories.table import CellStatus, InventoryTable
from sru_ner.text.words import split_words

OTHER_BOUNDARIES = "(other boundaries)"
UNMARKED = "(unmarked)"

SHORTEST = 3
"""Smallest number of characters of a string that is looked up."""
LONGEST = 8
"""Largest number of words of a string that is looked up."""
LEAST_MARKED = 2
"""Smallest number of times that a source marks a string as the type."""
LEAST_SHARE = 0.5
"""Smallest share of a string's occurrences in a source that it marks as the type."""

Key = tuple[str, ...]
Outcomes = Mapping[Key, Counter[str]]
"""String → how often it is marked as each type, within other boundaries, and not at all."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How `other` annotates the strings that `source` marks as one type."""

    source: str
    type: str
    other: str
    status: CellStatus
    """Status of the type in `other`."""
    strings: int
    """Number of strings of the type that occur in `other`."""
    outcomes: Mapping[str, int]
    """Number of occurrences by type, `OTHER_BOUNDARIES` and `UNMARKED`; the same type is first."""
    unmarked: tuple[tuple[str, int], ...]
    """Strings that are unmarked most often, with their number. They quote the corpora."""
    different: tuple[tuple[str, str, int], ...]
    """(string, type in `other`, number) of strings most often marked as another type."""

    @property
    def occurrences(self) -> int:
        """Number of all occurrences."""
        return sum(self.outcomes.values())

    def share(self, outcome: str) -> float:
        """Return the share of occurrences with an outcome, 0 to 1."""
        return self.outcomes.get(outcome, 0) / self.occurrences if self.occurrences else 0.0

    @property
    def other_types(self) -> int:
        """Number of occurrences that are marked as another type."""
        plain = (self.type, OTHER_BOUNDARIES, UNMARKED)
        return sum(count for name, count in self.outcomes.items() if name not in plain)


def compare(
    corpora: Mapping[str, Corpus], inventories: InventoryTable, examples: int = 6
) -> list[Agreement]:
    """Compare every type of every source with every other source in which its strings occur.

    The result is sorted by source, type and other source. corpora: the sources of `inventories`, by
    name. Raises what `Corpus` raises.
    """
    marked = {source: _marked(corpora[source]) for source in inventories.sources}
    vocabulary = {key for counts in marked.values() for key in counts}
    found = {source: _look_up(corpora[source], vocabulary) for source in inventories.sources}
    rows = []
    for source in inventories.sources:
        for type_, keys in _typical(marked[source], found[source]).items():
            for other in inventories.sources:
                if other == source:
                    continue
                status = inventories[other, type_].status
                row = _agreement(source, type_, other, status, keys, found[other], examples)
                if row.strings:
                    rows.append(row)
    return rows


def _agreement(
    source: str,
    type_: str,
    other: str,
    status: CellStatus,
    keys: Iterable[Key],
    found: Outcomes,
    examples: int,
) -> Agreement:
    here = {key: found[key] for key in keys if key in found}
    total: Counter[str] = sum(here.values(), Counter())
    unmarked = Counter({" ".join(key): c[UNMARKED] for key, c in here.items() if c[UNMARKED]})
    different = Counter(
        {
            (" ".join(key), name): count
            for key, counts in here.items()
            for name, count in counts.items()
            if name not in (type_, OTHER_BOUNDARIES, UNMARKED)
        }
    )
    order = sorted(total, key=lambda name: (name != type_, name.startswith("("), name))
    return Agreement(
        source=source,
        type=type_,
        other=other,
        status=status,
        strings=len(here),
        outcomes={name: total[name] for name in order},
        unmarked=tuple(_first(unmarked, examples)),
        different=tuple((text, name, n) for (text, name), n in _first(different, examples)),
    )


def _first(counts: Counter, number: int) -> list:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:number]


def _typical(marked: Outcomes, found: Outcomes) -> dict[str, list[Key]]:
    """Return by type the strings that a source marks as the type often enough to be compared."""
    typical: dict[str, list[Key]] = {}
    for key, counts in marked.items():
        everywhere = sum(found.get(key, counts).values())
        for type_, count in counts.items():
            if count >= max(LEAST_MARKED, LEAST_SHARE * everywhere):
                typical.setdefault(type_, []).append(key)
    return dict(sorted(typical.items()))


def _marked(corpus: Corpus) -> dict[Key, Counter[str]]:
    """Count the strings that are marked in a source, by type."""
    counts: dict[Key, Counter[str]] = {}
    rows = Counter(_rows(corpus.table("spans"), "text", "type"))
    for (text, type_), count in rows.items():
        key = tuple(_plain(text[start:end]) for start, end in split_words(text))
        if len(text) >= SHORTEST and 0 < len(key) <= LONGEST:
            counts.setdefault(key, Counter())[type_] += count
    return counts


def _plain(word: str) -> str:
    return word.lower() if word[:1].isupper() and word[1:].islower() else word


def _look_up(corpus: Corpus, vocabulary: Iterable[Key]) -> dict[Key, Counter[str]]:
    """Count the occurrences of strings in a source, by what they are marked as."""
    lengths: dict[str, set[int]] = {}
    wanted = set(vocabulary)
    for key in wanted:
        lengths.setdefault(key[0], set()).add(len(key))
    longest_first = {word: sorted(found, reverse=True) for word, found in lengths.items()}
    counts: dict[Key, Counter[str]] = {}
    for text, spans in _documents(corpus):
        for key, outcome in _occurrences(text, spans, wanted, longest_first):
            counts.setdefault(key, Counter())[outcome] += 1
    return counts


def _documents(corpus: Corpus) -> Iterator[tuple[str, dict[tuple[int, int], str]]]:
    """Yield each document's text and spans; of two types of one span, the first by name."""
    spans: dict[tuple[str, str], dict[tuple[int, int], str]] = {}
    marked = corpus.table("spans")
    for split, document, start, end, type_ in _rows(
        marked, "split", "document_id", "start", "end", "type"
    ):
        placed = spans.setdefault((split, document), {})
        placed[start, end] = min(type_, placed.get((start, end), type_))
    documents = corpus.table("documents")
    for split, document, text in _rows(documents, "split", "document_id", "text"):
        yield text, spans.get((split, document), {})


def _rows(table: pa.Table, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in columns), strict=True)


def _occurrences(
    text: str,
    spans: Mapping[tuple[int, int], str],
    wanted: set[Key],
    lengths: Mapping[str, Sequence[int]],
) -> Iterator[tuple[Key, str]]:
    """Yield strings in a text with what they are marked as; they may be inside longer ones."""
    places = split_words(text)
    words = [_plain(text[start:end]) for start, end in places]
    covered = bytearray(len(text) + 1)
    for start, end in spans:
        covered[start:end] = b"\1" * (end - start)
    for i, word in enumerate(words):
        for length in lengths.get(word, ()):
            key = tuple(words[i : i + length])
            if len(key) < length or key not in wanted:
                continue
            start, end = places[i][0], places[i + length - 1][1]
            if (start, end) in spans:
                yield key, spans[start, end]
            else:
                yield key, OTHER_BOUNDARIES if any(covered[start:end]) else UNMARKED
