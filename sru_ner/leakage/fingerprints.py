"""Fingerprints of texts: numbers that show which texts share passages, whatever their tokenisation.

A text is reduced to its *letters*: letters and digits after NFKC and case folding. White space,
punctuation and the tokenisation of a corpus make no difference. The *shingles* of a text are the
hashes of all its runs of `SHINGLE` letters. The overlap of two texts is measured on their sets of
shingles.

Candidates are found without comparing all texts with each other. Each text keeps some hashes of its
runs of `GRAM` letters as fingerprints: the smallest of every `WINDOW` successive ones (winnowing,
Schleimer, Wilkerson and Aiken, SIGMOD 2003). Two texts with a common run of `SHORTEST` letters have
a common fingerprint, at any place. So a sentence is found in an abstract, which is not possible
with MinHash signatures of whole texts.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHINGLE = 8
"""Number of letters of a shingle; one changed letter changes 8 shingles."""
GRAM = 12
"""Number of letters of a run that may become a fingerprint."""
WINDOW = 10
"""Number of successive runs of which one becomes a fingerprint."""
SHORTEST = GRAM + WINDOW - 1
"""Number of letters of the shortest text that has a fingerprint."""

_BASE = np.uint64(0x9E3779B97F4A7C15)
_NOT_LETTERS = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """Return the letters and digits of a text, after NFKC and case folding."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters of many texts, one after the other."""

    codes: NDArray[np.uint64]  # (L,) code points
    bounds: NDArray[np.int64]  # (T + 1,) text t is codes[bounds[t]:bounds[t + 1]]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Letters":
        """Join texts that consist of letters only, as `letters` returns them."""
        codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
        bounds = np.cumsum([0, *map(len, texts)], dtype=np.int64)
        return cls(codes.astype(np.uint64), bounds)

    def shingles(self, text: int) -> NDArray[np.uint64]:
        """Return the sorted set of shingles of one text; empty if it is shorter than a shingle."""
        codes = self.codes[self.bounds[text] : self.bounds[text + 1]]
        return np.unique(_runs(codes, SHINGLE))

    def fingerprints(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Return the fingerprints of all texts and the text of each, sorted, without repeats."""
        hashes = _runs(self.codes, GRAM)
        smallest = _sliding_minimum(hashes, WINDOW)  # (L - SHORTEST + 1,)
        text = np.repeat(np.arange(len(self.bounds) - 1), np.diff(self.bounds))[: len(smallest)]
        inside = np.arange(len(smallest)) + SHORTEST <= self.bounds[1:][text]
        smallest, text = smallest[inside], text[inside]
        # Most windows have the same minimum as the one before: dropping these saves sorting.
        fresh = np.ones(len(text), dtype=bool)
        fresh[1:] = (smallest[1:] != smallest[:-1]) | (text[1:] != text[:-1])
        smallest, text = smallest[fresh], text[fresh]
        order = np.lexsort((text, smallest))
        smallest, text = smallest[order], text[order]
        fresh = np.ones(len(text), dtype=bool)
        fresh[1:] = (smallest[1:] != smallest[:-1]) | (text[1:] != text[:-1])
        return smallest[fresh], text[fresh]


def shared(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> int:
    """Return the size of the intersection of two sorted sets."""
    if len(one) > len(other):
        one, other = other, one
    if not len(one):
        return 0
    place = np.searchsorted(other, one)
    place[place == len(other)] = 0
    return int(np.count_nonzero(other[place] == one))


def _runs(codes: NDArray[np.uint64], length: int) -> NDArray[np.uint64]:
    """Return the hash of each run of `length` code points: (L,) → (L - length + 1,)."""
    count = max(0, len(codes) - length + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    for shift in range(length):
        hashes *= _BASE  # modulo 2⁶⁴, as NumPy's integers wrap
        hashes += codes[shift : shift + count]
    # splitmix64's finaliser; without it, the smallest hashes would be those of rare letters.
    for bits, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        hashes ^= hashes >> np.uint64(bits)
        hashes *= np.uint64(factor)
    return hashes ^ (hashes >> np.uint64(31))


def _sliding_minimum(values: NDArray[np.uint64], width: int) -> NDArray[np.uint64]:
    """Return the minimum of each `width` successive values: (N,) → (N - width + 1,)."""
    reach = 1
    while reach < width and len(values):
        step = min(reach, width - reach)
        values = np.minimum(values[:-step], values[step:])
        reach += step
    return values
