import torch
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.model.actions import EOA, SHIFT, WordSpan, gold_steps, reduce, transition
from sru_ner.model.batch import gold_tensors
from sru_ner.model.exclusive_actions import exclusive_action_table, ruled_out_actions
from sru_ner.model.sequences import GoldSteps

LABELS = ["a$Gene", "b$Drug", "b$Gene", "c$Cell"]
PAIRS = [("Drug", "Gene")]
V = 10


def test_only_actions_of_exclusive_types_exclude_each_other() -> None:
    table = exclusive_action_table(LABELS, PAIRS)
    assert table.shape == (V, V)
    assert torch.equal(table, table.T)
    for action in (transition, reduce):
        assert table[action(0)].nonzero().flatten().tolist() == [action(1)]
        assert table[action(1)].nonzero().flatten().tolist() == [action(0), action(2)]
        assert not table[action(3)].any()
    assert not table[[EOA, SHIFT]].any()


def test_what_opens_and_closes_a_mention_rules_out_the_other_type_up_to_the_shift() -> None:
    gold = gold_tensors([GoldSteps.of(gold_steps(3, [WordSpan(1, 2, 1)]))], V)["gold_steps"]
    # SHIFT, TRANSITION(Drug), SHIFT, REDUCE(Drug), SHIFT, EOA
    found = ruled_out_actions(gold, exclusive_action_table(LABELS, PAIRS))
    opened, closed = [transition(0), transition(2)], [reduce(0), reduce(2)]
    by_step = [row.nonzero().flatten().tolist() for row in found[0]]
    assert by_step == [[], opened, opened, closed, closed, []]


spans = st.builds(
    lambda start, length, type_: WordSpan(start, min(start + length, 6), type_),
    st.integers(0, 5), st.integers(1, 6), st.integers(0, 3),
)  # fmt: skip


@given(st.lists(st.lists(spans, max_size=5), min_size=1, max_size=3))
def test_the_same_as_step_by_step(rows: list[list[WordSpan]]) -> None:
    gold = gold_tensors([GoldSteps.of(gold_steps(6, row)) for row in rows], V)["gold_steps"]
    table = exclusive_action_table(LABELS, PAIRS)
    expected = torch.zeros_like(gold, dtype=torch.bool)
    for row, steps in enumerate(gold):
        here = torch.zeros(V, dtype=torch.bool)
        for number, step in enumerate(steps):
            here = here | (step @ table > 0)
            expected[row, number] = here
            if step[SHIFT]:
                here = torch.zeros(V, dtype=torch.bool)
    assert torch.equal(ruled_out_actions(gold, table), expected)
