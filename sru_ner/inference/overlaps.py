"""Chooses among mentions that overlap: all, the likeliest of exclusive types, or without overlap.

Two types are exclusive if no mention is of both (`config.exclusive` of a model). Mentions of them
contradict each other if they cover the same text, or if they cross: in all corpora of the catalog,
mentions of two types never cross. One inside the other is no contradiction: `hepatitis B virus
infection` is a Disease, and `hepatitis B virus` in it is a Species.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, get_args

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.settings.sections import Overlaps

if TYPE_CHECKING:
    from sru_ner.model.description import Description


class TypedInterval(NamedTuple):
    """Place, type and score of a mention; start and end may count words or characters."""

    start: int
    end: int
    """End exclusive."""
    type: str
    score: float


def chosen_overlaps(overlaps: str | None, config: "Description") -> Overlaps:
    """Return how a model's mentions that overlap are chosen.

    overlaps: name of a choice; None means `exclusive` if the model has exclusive types, otherwise
    `all`. Raises `UnknownNameError` for another name. Raises `InputError` for `exclusive` if the
    model has no exclusive types.
    """
    if overlaps is None:
        return "exclusive" if config.exclusive else "all"
    for known in get_args(Overlaps):
        if overlaps == known:
            if known == "exclusive" and not config.exclusive:
                raise InputError(
                    "the model has no exclusive types, so it cannot choose among them",
                    remedy="choose overlaps all or flat, or train a model with train.exclusive",
                )
            return known
    raise UnknownNameError("choice of overlaps", str(overlaps), get_args(Overlaps))


def without_contradictions(
    mentions: Sequence[TypedInterval], exclusive: Iterable[Collection[str]]
) -> list[int]:
    """Choose mentions that do not contradict each other, likelier ones first.

    exclusive: pairs of types. Returns the positions of the chosen mentions in `mentions`,
    ascending. A mention is left out if one that is chosen covers the same text or crosses it, and
    the types of the two are exclusive. Of equal scores, the longer mention is chosen, then the
    first in the text, then the first type in the alphabet.
    """
    pairs = {frozenset(pair) for pair in exclusive}
    order = sorted(range(len(mentions)), key=lambda i: _likeliest_first(mentions[i]))
    chosen: list[int] = []
    for i in order:
        mine = mentions[i]
        rivals = (
            m for m in (mentions[j] for j in chosen) if frozenset((mine.type, m.type)) in pairs
        )
        if not any(_same_or_crossing(mine, rival) for rival in rivals):
            chosen.append(i)
    return sorted(chosen)


def _likeliest_first(mention: TypedInterval) -> tuple[float, int, int, str]:
    return -mention.score, mention.start - mention.end, mention.start, mention.type


def _same_or_crossing(one: TypedInterval, other: TypedInterval) -> bool:
    (first, end), (second, other_end) = sorted([one[:2], other[:2]])
    return (first, end) == (second, other_end) or first < second < end < other_end


def without_overlaps(mentions: Sequence[TypedInterval]) -> list[int]:
    """Choose mentions that do not overlap and have the highest sum of scores.

    The mentions are not empty, and their scores are positive. Returns the positions of the chosen
    mentions in `mentions`, ascending. This is weighted interval scheduling. If several choices have
    the highest sum, one that covers the most text wins; then one with earlier ends; then one whose
    types are first in the alphabet.
    """
    order = sorted(range(len(mentions)), key=lambda i: _first_end_first(mentions[i]))
    ends = [mentions[i].end for i in order]
    # best[k]: (score, cover) of the best choice among the first k mentions of that order.
    # taken[k]: whether that choice takes the mention k; before[k]: how many end before it begins.
    best: list[tuple[float, int]] = [(0.0, 0)]
    before: list[int] = []
    taken: list[bool] = []
    for place, index in enumerate(order):
        start, end, _, score = mentions[index]
        before.append(bisect_right(ends, start, hi=place))
        total, cover = best[before[-1]]
        with_it = (total + score, cover + end - start)
        taken.append(with_it > best[-1])
        best.append(max(with_it, best[-1]))
    chosen = []
    place = len(order) - 1
    while place >= 0:
        if taken[place]:
            chosen.append(order[place])
            place = before[place] - 1
        else:
            place -= 1
    return sorted(chosen)


def _first_end_first(mention: TypedInterval) -> tuple[int, int, str]:
    return mention.end, mention.start, mention.type
