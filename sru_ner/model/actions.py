"""The transition system: mentions as actions and back (docs/explanation/model.md §2, §4).

A sequence of *steps* encodes the mentions of a sentence; a step is a set of actions at one word.
Action ids, for `T` types: 0 EOA, 1 SHIFT, then `2+2i` TRANSITION(i), which opens a mention of
type `i` before the current word, and `3+2i` REDUCE(i), which closes the mention of type `i` that
was opened last.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

EOA = 0
SHIFT = 1


class WordSpan(NamedTuple):
    """A mention over the words `start..end` (end exclusive) of type number `type`."""

    start: int
    end: int
    type: int


class ScoredSpan(NamedTuple):
    """A mention with its score."""

    span: WordSpan
    score: float
    found: bool = True
    """Whether the model found the mention; if not, it found one of another label of its type."""


class Event(NamedTuple):
    """A TRANSITION or REDUCE that the decoder took, with its place and probability."""

    words: int
    """Number of words before the action."""
    action: int
    probability: float


def transition(type_index: int) -> int:
    """Return the id of the action that opens a mention of the type."""
    return 2 + 2 * type_index


def reduce(type_index: int) -> int:
    """Return the id of the action that closes the last opened mention of the type."""
    return 3 + 2 * type_index


def action_count(types: int) -> int:
    """Return V, the number of actions for `types` types."""
    return 2 + 2 * types


def action_names(labels: Sequence[str]) -> list[str]:
    """Return the names of the V actions, in the order of their ids."""
    per_type = [f"{kind}({label})" for label in labels for kind in ("TRANSITION", "REDUCE")]
    return ["EOA", "SHIFT", *per_type]


def resolve_crossings(spans: Iterable[WordSpan]) -> tuple[list[WordSpan], list[WordSpan]]:
    """Split spans into those that actions can express and those that they cannot.

    Actions cannot express two crossing mentions of one type. The longer one is kept; if both are
    equally long, the first one is. Duplicates are dropped. Returns (kept, dropped); `kept` is in
    text order.
    """
    kept: list[WordSpan] = []
    dropped: list[WordSpan] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start, s.type)):
        conflicts = any(_cross(span, other) or span == other for other in kept)
        (dropped if conflicts else kept).append(span)
    return sorted(kept, key=_outermost_first), dropped


def _cross(a: WordSpan, b: WordSpan) -> bool:
    return a.type == b.type and (
        a.start < b.start < a.end < b.end or b.start < a.start < b.end < a.end
    )


def _outermost_first(span: WordSpan) -> tuple[int, int, int]:
    return span.start, -span.end, span.type


def gold_steps(words: int, spans: Iterable[WordSpan]) -> list[list[int]]:
    """Return the gold steps of a sentence of `words` words, each a list of action ids.

    `spans` must have no duplicates and no two crossing spans of one type: see
    `resolve_crossings`. Different actions at one place share a step; a repeated action starts
    another step. SHIFT and EOA have a step of their own. Raises `ValueError` for a span outside
    the sentence.
    """
    closing: list[list[WordSpan]] = [[] for _ in range(words + 1)]
    opening: list[list[WordSpan]] = [[] for _ in range(words + 1)]
    for span in spans:
        if not 0 <= span.start < span.end <= words:
            raise ValueError(f"{span} is not within {words} words")
        opening[span.start].append(span)
        closing[span.end].append(span)
    steps: list[list[int]] = []
    for word in range(words + 1):
        if closing[word] or opening[word]:
            steps += _steps_at(closing[word], opening[word])
        steps.append([SHIFT] if word < words else [EOA])
    return steps


def _steps_at(closing: list[WordSpan], opening: list[WordSpan]) -> list[list[int]]:
    """Return the steps of one place, given the mentions that end and that start there."""
    # The shorter mention closes first, the longer opens first.
    closing = sorted(closing, key=lambda s: (-s.start, s.type))
    opening = sorted(opening, key=_outermost_first)
    steps: list[list[int]] = [[]]
    for action in [reduce(s.type) for s in closing] + [transition(s.type) for s in opening]:
        if action in steps[-1]:
            steps.append([])
        steps[-1].append(action)
    return steps


def spans_of_steps(steps: Iterable[Sequence[int]]) -> list[WordSpan]:
    """Return the mentions that a sequence of steps encodes: the inverse of `gold_steps`."""
    events: list[Event] = []
    words = 0
    for step in steps:
        if EOA in step:
            break
        if SHIFT in step:
            words += 1
        else:
            # Within a step REDUCEs (odd ids) come before TRANSITIONs.
            events += [Event(words, a, 1.0) for a in sorted(step, key=lambda a: (a % 2 == 0, a))]
    return [span for span, _ in spans_of_events(events)]


def spans_of_events(events: Iterable[Event]) -> list[tuple[WordSpan, float]]:
    """Turn TRANSITION and REDUCE events, in the order taken, into mentions with their scores.

    A REDUCE closes the mention of its type that was opened last, if there is one. Mentions without
    a word and mentions that are never closed are left out; a repeated mention is returned once.
    The score of a mention is the mean of the probabilities of its two actions. Sorted by
    (start, -end, type).
    """
    open_by_type: dict[int, list[tuple[int, float]]] = {}
    found: dict[WordSpan, float] = {}
    for words, action, probability in events:
        type_index, closes = divmod(action - 2, 2)
        stack = open_by_type.setdefault(type_index, [])
        if not closes:
            stack.append((words, probability))
        elif stack:
            start, opened = stack.pop()
            if start < words:
                found.setdefault(WordSpan(start, words, type_index), (opened + probability) / 2)
    return sorted(found.items(), key=lambda item: _outermost_first(item[0]))
