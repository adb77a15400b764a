"""Finds the places in brackets, where a full stop ends no sentence."""

import re
from collections.abc import Sequence

LONGEST_BRACKET = 400
"""Most code points between a bracket and its partner. A bracket without a partner near it holds
nothing, so one that was never closed cannot swallow the text."""

_BRACKET = re.compile(r"[()\[\]{}]")
_OPENING = {")": "(", "]": "[", "}": "{"}


def bracketed(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each outermost pair of brackets, ascending and apart.

    `start` is the offset of the opening bracket, `end` that after the closing one.
    """
    opened: dict[str, list[int]] = {"(": [], "[": [], "{": []}
    pairs = []
    for found in _BRACKET.finditer(text):
        bracket, place = found[0], found.start()
        if bracket in opened:
            opened[bracket].append(place)
        elif waiting := opened[_OPENING[bracket]]:
            start = waiting.pop()
            if place - start <= LONGEST_BRACKET:
                pairs.append((start, place + 1))
    return _merged(pairs)


def _merged(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(pairs):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
