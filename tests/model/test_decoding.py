import torch

from sru_ner.model.actions import EOA, SHIFT, WordSpan, reduce, transition
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.decoding import decode_spans, score_same_type
from sru_ner.model.sru import SlotRecurrentUnit


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


def test_a_label_that_did_not_find_a_mention_has_the_likeliest_of_its_actions_there() -> None:
    pi, steps = probabilities(
        {transition(0): 0.9, transition(1): 0.3},
        {transition(0): 0.6, transition(1): 0.4},  # a second step at the same word
        {SHIFT: 0.9, transition(1): 0.8},  # counts for no mention
        {reduce(0): 0.9, reduce(1): 0.2},
        {EOA: 0.9},
    )
    found = [[span for span, _ in row] for row in decode_spans(pi, steps)]
    assert found == [[WordSpan(0, 1, 0)]]
    [[(span, score)]] = score_same_type(pi, steps, found, [[0, 1], [0, 1]])
    assert (span, round(score, 6)) == (WordSpan(0, 1, 1), 0.3)
    assert score_same_type(pi, steps, found, [[0], [1]]) == [[]]
    both = [[WordSpan(0, 1, 0), WordSpan(0, 1, 1)]]
    assert score_same_type(pi, steps, both, [[0, 1], [0, 1]]) == [[]]


def stubborn_unit(logits: list[float]) -> SlotRecurrentUnit:
    """Gives the same logits at every step."""
    unit = SlotRecurrentUnit(SruNerConfig(inventories={"s": ["T"]}), 4).eval()
    torch.nn.init.zeros_(unit.mlp[2].weight)
    unit.mlp[2].bias.data = torch.tensor(logits)
    return unit


def test_a_row_stops_at_one_and_a_half_times_its_slots() -> None:
    own = torch.tensor([3, 4, 21])
    mask = torch.arange(21) < own[:, None]
    found, steps = stubborn_unit([-2.0, -1.0, 3.0, 0.0]).decode(torch.randn(3, 21, 4), mask)
    assert steps.tolist() == [5, 6, 32]
    # The short rows left the batch long before the long one ended.
    assert found.shape == (3, 32, 4)
    assert found[0, :5].eq(found[2, :5]).all()
    assert found[0, 8:].eq(0).all()


def test_a_row_ends_where_the_end_is_likely_though_not_the_likeliest() -> None:
    mask = torch.ones(1, 5, dtype=torch.bool)
    _, steps = stubborn_unit([0.1, 2.0, -3.0, -3.0]).decode(torch.randn(1, 5, 4), mask)
    assert steps.tolist() == [1]
