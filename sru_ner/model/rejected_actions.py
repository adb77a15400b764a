"""The actions that would mark what people called wrong: they are absent where they would be.

See docs/explanation/model.md §5.
"""

from collections.abc import Iterable, Sequence

from sru_ner.model.actions import EOA, SHIFT, WordSpan, reduce, transition


def rejected_actions(
    steps: Sequence[Sequence[int]], rejected: Iterable[WordSpan]
) -> list[tuple[int, int]]:
    """Return sorted (step, action) pairs: what opens and closes the rejected mentions.

    steps: gold steps of the sequence, as `actions.gold_steps` returns them. An action is wrong
    at all steps of its word, up to the SHIFT past it, unless gold takes it there: another mention
    of the type may begin or end at the same word.
    """
    at: list[list[int]] = [[]]  # the steps of each word
    for number, step in enumerate(steps):
        at[-1].append(number)
        if SHIFT in step:
            at.append([])
    pairs: set[tuple[int, int]] = set()
    for start, end, type_ in rejected:
        for word, action in ((start, transition(type_)), (end, reduce(type_))):
            if not any(action in steps[number] for number in at[word]):
                pairs.update((number, action) for number in at[word] if EOA not in steps[number])
    return sorted(pairs)
