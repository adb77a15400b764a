"""The same string, marked differently: how two sources stand to each other's mentions.

Each string that a source marks as a type is looked up in all other sources. There it may be marked
as the same type, as another one, within other boundaries (it overlaps a mention that is not the
same span), or not at all. Where the other source annotates the type, what is unmarked is a gap or
another guideline; where it does not, the dynamic loss leaves it open. A string is a run of words by
the rule for raw text, whatever the words of the source are, in lower case unless it has capitals
or digits beyond its first letter (`was` is not `WAS`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sru_ner.dataset.corpus import Corpus
from sru_ner.inventories.table import InventoryTable, Standing
from sru_ner.text.words import split_words

OTHER_BOUNDARIES = "(other boundaries)"
UNMARKED = "(unmarked)"

SHORTEST = 3
"""Characters of the shortest string that is looked up."""
LONGEST = 8
"""Words of the longest."""
LEAST_MARKED = 2
"""Times that a source has to mark a string as a type."""
LEAST_SHARE = 0.5
"""Share of a string's occurrences in a source that it has to mark as the type."""

Key = tuple[str, ...]
Outcomes = Mapping[Key, Counter[str]]
"""String → how often it is marked as each type, within other boundaries, or not at all."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one source stands to the strings that another marks as one type."""

    source: str
    type: str
    other: str
    standing: Standing
    """Whether `other` annotates the type at all."""
    strings: int
    """Strings of the type that occur in `other`."""
    outcomes: Mapping[str, int]
    """Occurrences by type, `OTHER_BOUNDARIES` and `UNMARKED`; the same type comes first."""
    unmarked: tuple[tuple[str, int], ...]
    """The strings that are unmarked most often, with their number. They quote the corpora."""
    different: tuple[tuple[str, str, int], ...]
    """(string, type in `other`, number) of those marked most often as another type."""

    @property
    def occurrences(self) -> int:
        """All of them."""
        return sum(self.outcomes.values())

    def share(self, outcome: str) -> float:
        """Part of the occurrences with an outcome, 0 to 1."""
        return self.outcomes.get(outcome, 0) / self.occurrences if self.occurrences else 0.0

    @property
    def other_types(self) -> int:
        """Occurrences that are marked as another type."""
        plain = (self.type, OTHER_BOUNDARIES, UNMARKED)
        return sum(count for name, count in self.outcomes.items() if name not in plain)


def compare(
    corpora: Mapping[str, Corpus], inventories: InventoryTable, examples: int = 6
) -> list[Agreement]:
    """Set every type of every source against every other source it occurs in.

    By source, type and other source. corpora: by source, those of `inventories`. Errors as in
    `Corpus`.
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
                standing = inventories[other, type_].standing
                row = _agreement(source, type_, other, standing, keys, found[other], examples)
                if row.strings:
                    rows.append(row)
    return rows


def _agreement(
    source: str,
    type_: str,
    other: str,
    standing: Standing,
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
        standing=standing,
        strings=len(here),
        outcomes={name: total[name] for name in order},
        unmarked=tuple(_first(unmarked, examples)),
        different=tuple((text, name, n) for (text, name), n in _first(different, examples)),
    )


def _first(counts: Counter, number: int) -> list:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:number]


def _typical(marked: Outcomes, found: Outcomes) -> dict[str, list[Key]]:
    """Strings that a source marks as a type often enough for their absence to say something."""
    typical: dict[str, list[Key]] = {}
    for key, counts in marked.items():
        everywhere = sum(found.get(key, counts).values())
        for type_, count in counts.items():
            if count >= max(LEAST_MARKED, LEAST_SHARE * everywhere):
                typical.setdefault(type_, []).append(key)
    return dict(sorted(typical.items()))


def _marked(corpus: Corpus) -> dict[Key, Counter[str]]:
    """Strings that are marked anywhere in a source, by type."""
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
    """Every occurrence of the strings in a source, by what it is marked as."""
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
    """Text of each document and its spans; of two types of one span, the first by name."""
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
    """Strings in a text with what they are marked as; those inside a longer one count as well."""
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
