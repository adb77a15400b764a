import torch

from sru_ner.model.actions import EOA, SHIFT, WordSpan, reduce, transition
from sru_ner.model.decoding import Greedy, decode_spans


def probabilities(*steps: dict[int, float], actions: int = 6) -> tuple[torch.Tensor, torch.Tensor]:
    table = torch.full((1, len(steps), actions), 0.1)
    for number, step in enumerate(steps):
        for action, value in step.items():
            table[0, number, action] = value
    return table, torch.tensor([len(steps)])


def test_a_mention_may_end_at_the_last_word() -> None:
    pi, steps = probabilities(
        {SHIFT: 0.9}, {transition(0): 0.8}, {SHIFT: 0.9}, {reduce(0): 0.6}, {EOA: 0.9}
    )
    [[(span, score)]] = decode_spans(pi, steps)
    assert span == WordSpan(1, 2, 0)
    assert abs(score - 0.7) < 1e-6


def test_nested_and_crossing_types_in_one_step() -> None:
    pi, steps = probabilities(
        {transition(0): 0.9, transition(1): 0.7},
        {SHIFT: 0.9},
        {reduce(1): 0.9, transition(1): 0.8},
        {SHIFT: 0.9},
        {reduce(0): 0.9, reduce(1): 0.9},
        {EOA: 0.9},
    )
    [found] = decode_spans(pi, steps)
    assert [span for span, _ in found] == [WordSpan(0, 2, 0), WordSpan(0, 1, 1), WordSpan(1, 2, 1)]


def test_a_likely_action_in_a_shift_step_is_not_taken() -> None:
    pi, steps = probabilities({SHIFT: 0.9, transition(0): 0.8}, {reduce(0): 0.9}, {EOA: 0.9})
    assert decode_spans(pi, steps) == [[]]


def test_nothing_counts_after_the_end() -> None:
    pi, steps = probabilities(
        {transition(0): 0.9}, {SHIFT: 0.9}, {EOA: 0.9, reduce(0): 0.8}, {reduce(0): 0.9}
    )
    assert decode_spans(pi, steps) == [[]]
    taken = torch.tensor([2])
    assert decode_spans(pi[:, :3], taken) == [[]]


def test_a_row_stops_at_one_and_a_half_times_its_slots() -> None:
    policy = Greedy(torch.tensor([3, 4]))
    u = torch.tensor([[-2.0, -1.0, 3.0, 0.0], [-2.0, 4.0, 3.0, 0.0]])
    finished = [policy(u, u.sigmoid()).finished for _ in range(6)]
    assert finished == [False, False, False, False, False, True]
    assert policy.steps.tolist() == [5, 6]
    assert policy(u, u.sigmoid()).advance.tolist() == [False, True]
