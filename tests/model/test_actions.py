import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.model.actions import (
    EOA,
    SHIFT,
    Event,
    WordSpan,
    action_names,
    gold_steps,
    reduce,
    resolve_crossings,
    spans_of_events,
    spans_of_steps,
    transition,
)

DNA, PROTEIN = 0, 1


@st.composite
def span_sets(draw: st.DrawFn) -> tuple[int, list[WordSpan]]:
    """Draw a sentence length and mentions, which may cross within a type."""
    words = draw(st.integers(1, 9))
    span = st.tuples(st.integers(0, words - 1), st.integers(1, words), st.integers(0, 2))
    spans = draw(st.lists(span.filter(lambda s: s[0] < s[1]), max_size=12))
    return words, [WordSpan(*each) for each in spans]


def test_worked_example_of_the_model_page() -> None:
    spans = [WordSpan(0, 5, DNA), WordSpan(2, 4, DNA), WordSpan(0, 4, PROTEIN)]
    open_dna, close_dna = transition(DNA), reduce(DNA)
    assert [sorted(step) for step in gold_steps(5, spans)] == [
        sorted([open_dna, transition(PROTEIN)]),
        [SHIFT],
        [SHIFT],
        [open_dna],
        [SHIFT],
        [SHIFT],
        sorted([close_dna, reduce(PROTEIN)]),
        [SHIFT],
        [close_dna],
        [EOA],
    ]


@given(span_sets())
def test_steps_give_back_the_spans(case: tuple[int, list[WordSpan]]) -> None:
    words, spans = case
    kept, dropped = resolve_crossings(spans)
    assert spans_of_steps(gold_steps(words, kept)) == kept
    assert sorted(kept + dropped) == sorted(spans)


@given(span_sets())
def test_only_spans_that_actions_cannot_express_are_dropped(
    case: tuple[int, list[WordSpan]],
) -> None:
    _, spans = case
    kept, dropped = resolve_crossings(spans)
    for span in dropped:
        same = [k for k in kept if k.type == span.type]
        crossing = [k for k in same if max(k.start, span.start) < min(k.end, span.end)]
        assert any(
            k == span
            or not (
                k.start <= span.start <= span.end <= k.end
                or span.start <= k.start <= k.end <= span.end
            )
            for k in crossing
        )
        assert max(k.end - k.start for k in crossing) >= span.end - span.start


@given(span_sets())
def test_no_step_repeats_an_action_and_shift_and_eoa_have_their_own_step(
    case: tuple[int, list[WordSpan]],
) -> None:
    words, spans = case
    steps = gold_steps(words, resolve_crossings(spans)[0])
    assert all(len(step) == len(set(step)) for step in steps)
    assert all(len(step) == 1 for step in steps if {EOA, SHIFT} & set(step))
    assert sum(step == [SHIFT] for step in steps) == words
    assert [step == [EOA] for step in steps].index(True) == len(steps) - 1


def test_the_longer_of_two_crossing_mentions_of_a_type_is_kept() -> None:
    kept, dropped = resolve_crossings([WordSpan(0, 3, 0), WordSpan(2, 7, 0), WordSpan(1, 4, 1)])
    assert kept == [WordSpan(1, 4, 1), WordSpan(2, 7, 0)]
    assert dropped == [WordSpan(0, 3, 0)]


def test_a_span_outside_the_sentence_is_refused() -> None:
    with pytest.raises(ValueError, match="is not within 3 words"):
        gold_steps(3, [WordSpan(2, 4, 0)])


def test_an_empty_mention_is_closed_and_left_out() -> None:
    opened, closed = transition(0), reduce(0)
    events = [Event(0, opened, 0.9), Event(0, closed, 0.9), Event(2, closed, 0.9)]
    assert spans_of_events(events) == []


def test_scores_are_means_and_an_unclosed_mention_is_dropped() -> None:
    events = [Event(0, transition(1), 0.6), Event(1, transition(0), 0.9), Event(3, reduce(1), 0.8)]
    assert spans_of_events(events) == [(WordSpan(0, 3, 1), pytest.approx(0.7))]


def test_action_names_follow_the_ids() -> None:
    names = action_names(["Chemical", "Disease"])
    assert names[EOA] == "EOA"
    assert names[SHIFT] == "SHIFT"
    assert names[transition(1)] == "TRANSITION(Disease)"
    assert names[reduce(0)] == "REDUCE(Chemical)"
