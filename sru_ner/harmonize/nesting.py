"""Finds mentions that cross each other, and how deep each mention is nested."""

from collections.abc import Sequence
from typing import NamedTuple


class Placed(NamedTuple):
    """A mention's place and type; sorts by (start, end, type)."""

    start: int
    """Offset of the first character, in code points."""
    end: int
    """Offset after the last character, in code points."""
    type: str


def crossing_losers(mentions: Sequence[Placed]) -> dict[Placed, Placed]:
    """Return each mention that is removed because it crosses another of its type, with the other.

    Two mentions cross if they overlap and neither contains the other. The longer one stays; if both
    have the same length, the first one stays. `mentions` are distinct.
    """
    if not _any_crossing(mentions):
        return {}
    losers: dict[Placed, Placed] = {}
    kept: list[Placed] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m)):
        winner = next((other for other in kept if _cross(mention, other)), None)
        if winner is None:
            kept.append(mention)
        else:
            losers[mention] = winner
    return losers


def depths(mentions: Sequence[Placed]) -> list[int]:
    """Return, for each mention, the length of the longest chain of mentions around it.

    `mentions` are sorted by (start, -end). A mention is inside another if that one contains it and
    is longer. Mentions with the same offsets have the same depth.
    """
    result: list[int] = []
    around: list[int] = []  # indices of mentions that have not ended yet
    for i, mention in enumerate(mentions):
        around = [j for j in around if mentions[j].end > mention.start]
        holders = [
            result[j]
            for j in around
            if mentions[j].end >= mention.end and mentions[j][:2] != mention[:2]
        ]
        result.append(1 + max(holders, default=-1))
        around.append(i)
    return result


def _cross(one: Placed, other: Placed) -> bool:
    return one.type == other.type and (
        one.start < other.start < one.end < other.end
        or other.start < one.start < other.end < one.end
    )


def _any_crossing(mentions: Sequence[Placed]) -> bool:
    open_: list[Placed] = []
    for mention in sorted(mentions):
        open_ = [other for other in open_ if other.end > mention.start]
        if any(_cross(mention, other) for other in open_):
            return True
        open_.append(mention)
    return False
