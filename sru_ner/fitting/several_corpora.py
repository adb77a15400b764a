"""Settings of a training on several corpora, some of them sparser than others or of other types."""

from collections.abc import Iterable, Sequence
from typing import Any

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.exclusive_types import type_pairs
from sru_ner.fitting.request import ReadCorpus

_MENTION_SHARE = 0.5
"""Share of sentences with a mention that every corpus has at least, among those that are learned.
Next to abstracts, full papers of which few sentences have one teach hardly anything otherwise."""
_MENTION_BIAS = 0.5
"""What excludes a type is evidence against it only, so a model becomes too careful without this
bias. It was chosen on dev splits, and is that of the released model."""


def for_several_corpora(corpora: Sequence[ReadCorpus]) -> dict[str, Any]:
    """Return the settings of a training on several corpora; none for one.

    If the corpora mark different types, a mention of one type is taken to be of no other. Without
    that, nothing tells a model that a gene is no chemical: it gives the right words under several
    types.
    """
    if len(corpora) == 1:
        return {}
    settings: dict[str, Any] = {"mention_share": _MENTION_SHARE}
    if len({frozenset(corpus.source.kept_types) for corpus in corpora}) > 1:
        settings |= {"exclusive": "observed", "mention_bias": _MENTION_BIAS}
    return settings


def assumed_pairs(corpora: Iterable[Corpus]) -> list[str]:
    """Return the pairs of types, as `A/B`, of which no mention is taken to be both.

    Only those that no corpus marks both: of these, no corpus can show that it is so.
    """
    pairs = (pair for pair in type_pairs(corpora) if pair.exclusive and not pair.sources)
    return ["/".join(pair.types) for pair in pairs]
