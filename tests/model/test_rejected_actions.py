from hypothesis import given
from hypothesis import strategies as st

from sru_ner.model.actions import SHIFT, WordSpan, gold_steps, reduce, resolve_crossings, transition
from sru_ner.model.rejected_actions import rejected_actions

WORDS = 6
SPANS = st.builds(
    lambda start, length, type_: WordSpan(start, min(WORDS, start + length), type_),
    st.integers(0, WORDS - 1),
    st.integers(1, WORDS),
    st.integers(0, 1),
)


def test_both_ends_of_a_rejected_mention_are_ruled_out_up_to_the_next_shift():
    steps = gold_steps(3, [WordSpan(1, 2, 1)])  # SHIFT, {open}, SHIFT, {close}, SHIFT, EOA
    wrong = rejected_actions(steps, [WordSpan(1, 2, 0)])
    assert wrong == [(n, transition(0)) for n in (1, 2)] + [(n, reduce(0)) for n in (3, 4)]


def test_what_gold_takes_at_the_same_word_stays_right():
    right, too_long = WordSpan(0, 1, 0), WordSpan(0, 2, 0)
    steps = gold_steps(3, [right])
    assert rejected_actions(steps, [too_long]) == [(4, reduce(0))]


def test_a_rejected_mention_at_the_end_leaves_the_last_step_alone():
    assert rejected_actions(gold_steps(1, []), [WordSpan(0, 1, 0)]) == [(0, transition(0))]


@given(st.lists(SPANS), st.lists(SPANS))
def test_gold_is_never_ruled_out_and_every_rejection_is(gold, rejected):
    gold, _ = resolve_crossings(gold)
    steps = gold_steps(WORDS, gold)
    pairs = rejected_actions(steps, rejected)
    assert not [pair for pair in pairs if pair[1] in steps[pair[0]]]
    words = [sum(SHIFT in before for before in steps[:number]) for number in range(len(steps))]
    ruled_out = {(words[number], action) for number, action in pairs}
    for start, end, type_ in rejected:
        opened = any((span.start, span.type) == (start, type_) for span in gold)
        assert opened != ((start, transition(type_)) in ruled_out)
        closed = any((span.end, span.type) == (end, type_) for span in gold)
        if end < WORDS:  # the last step ends the sequence, and gold alone counts there
            assert closed != ((end, reduce(type_)) in ruled_out)
