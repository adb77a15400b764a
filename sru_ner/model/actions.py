"""Mentions as actions and back (docs/explanation/model.md §2, §4).

A sentence of `n` words is written by *steps*: each is a set of actions taken at one word. Action
ids, for `T` types: 0 EOA, 1 SHIFT, then `2+2i` TRANSITION(i), which opens a mention of type `i`
before the current word, and `3+2i` REDUCE(i), which closes the one of type `i` opened last.
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


class Event(NamedTuple):
    """An action that a decoder took with some probability when `words` words had been passed."""

    words: int
    action: int
    probability: float


def transition(type_index: int) -> int:
    """Id of the action that opens a mention of the type."""
    return 2 + 2 * type_index


def reduce(type_index: int) -> int:
    """Id of the action that closes the last opened mention of the type."""
    return 3 + 2 * type_index


def action_count(types: int) -> int:
    """V: the number of actions for `types` types."""
    return 2 + 2 * types


def action_names(labels: Sequence[str]) -> list[str]:
    """Names of the V actions, by id."""
    per_type = [f"{kind}({label})" for label in labels for kind in ("TRANSITION", "REDUCE")]
    return ["EOA", "SHIFT", *per_type]


def resolve_crossings(spans: Iterable[WordSpan]) -> tuple[list[WordSpan], list[WordSpan]]:
    """Split spans into those that actions can express and those that they cannot.

    Two crossing mentions of one type cannot both be written: the longer is kept, of equally long
    ones the first. Duplicates are dropped too. Returns (kept, dropped), kept in text order.
    """
    kept: list[WordSpan] = []
    dropped: list[WordSpan] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start, s.type)):
        clash = any(_cross(span, other) or span == other for other in kept)
        (dropped if clash else kept).append(span)
    return sorted(kept, key=_outermost_first), dropped


def _cross(a: WordSpan, b: WordSpan) -> bool:
    return a.type == b.type and (
        a.start < b.start < a.end < b.end or b.start < a.start < b.end < a.end
    )


def _outermost_first(span: WordSpan) -> tuple[int, int, int]:
    return span.start, -span.end, span.type


def gold_steps(words: int, spans: Iterable[WordSpan]) -> list[list[int]]:
    """The steps that write `spans` over a sentence of `words` words; each step a list of ids.

    `spans` must be free of duplicates and of crossings within a type (`resolve_crossings`).
    Actions at one place share a step as long as they differ; a repeated one starts the next step.
    SHIFT and EOA stand alone.
    """
    closing: list[list[WordSpan]] = [[] for _ in range(words + 1)]
    opening: list[list[WordSpan]] = [[] for _ in range(words + 1)]
    for span in spans:
        if not 0 <= span.start < span.end <= words:
            raise ValueError(f"{span} does not lie within {words} words")
        opening[span.start].append(span)
        closing[span.end].append(span)
    steps: list[list[int]] = []
    for word in range(words + 1):
        if closing[word] or opening[word]:
            steps += _steps_at(closing[word], opening[word])
        steps.append([SHIFT] if word < words else [EOA])
    return steps


def _steps_at(closing: list[WordSpan], opening: list[WordSpan]) -> list[list[int]]:
    """The steps of one place, given the mentions that end and that start there."""
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
    """The mentions that a sequence of steps writes: the inverse of `gold_steps`."""
    events: list[Event] = []
    words = 0
    for step in steps:
        if EOA in step:
            break
        if SHIFT in step:
            words += 1
        else:
            # REDUCEs act before the TRANSITIONs of their step.
            events += [Event(words, a, 1.0) for a in sorted(step, key=lambda a: (a % 2 == 0, a))]
    return [span for span, _ in spans_of_events(events)]


def spans_of_events(events: Iterable[Event]) -> list[tuple[WordSpan, float]]:
    """Follow TRANSITION and REDUCE events, in the order taken, to mentions with their scores.

    A REDUCE closes the mention of its type that was opened last, if there is one; a mention closed
    where it was opened is empty and not given, nor is one never closed; one given twice is kept
    once. The score of a mention is the mean of the probabilities of its two actions. Sorted by
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
