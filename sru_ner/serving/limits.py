"""Limits of a server: how much it takes, and what it reads first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sru_ner.serving.batching import weight_of
from sru_ner.text.words import split_words


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a server, in characters. Each text counts as one character more."""

    request: int = 100_000
    """Largest number of characters in one request. The answer to a longer one has status 413."""
    waiting: int = 300_000
    """Largest number of characters in all waiting requests, counted for short and for long ones.
    The next one gets status 503."""
    batch: int = 20_000
    """Characters that are read together."""
    short: int = 5_000
    """Largest number of characters in a request that goes before the rest of a longer one."""
    short_words: int = 1_000
    """Largest number of words in such a request: the time that a text takes grows with its words,
    and each full stop is one."""
    seconds: float = 60.0
    """Seconds that the model may read the texts of a request; then the answer has status 413."""

    @property
    def body(self) -> int:
        """Largest number of bytes in one request: JSON needs up to 12 for a character."""
        return 12 * self.request + 65_536

    def is_short(self, texts: Sequence[str]) -> bool:
        """Return whether a request with these texts goes before the rest of a longer one."""
        if weight_of(texts) > self.short:
            return False
        return sum(len(split_words(text)) for text in texts) <= self.short_words
