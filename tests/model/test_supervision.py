import torch

from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.model.actions import EOA, SHIFT, gold_steps, reduce, transition
from sru_ner.model.batch import gold_tensors
from sru_ner.model.open_actions import open_action_table
from sru_ner.model.supervision import TeacherForcing, dynamic_loss

V = 6  # two types: 0 is annotated, 1 is open


def policy_for(words: int, *, open_second_type: bool) -> TeacherForcing:
    gold = gold_tensors([gold_steps(words, [])], V)
    open_actions = torch.zeros(1, V, dtype=torch.bool)
    open_actions[:, [transition(1), reduce(1)]] = open_second_type
    return TeacherForcing(gold["gold_steps"], gold["step_counts"], open_actions, 1.0)


def take(policy: TeacherForcing, *logits_by_step: list[float]) -> list[tuple[bool, bool]]:
    paces = []
    for logits in logits_by_step:
        pace = policy(torch.tensor([logits]))
        paces.append((bool(pace.advance), pace.finished))
    return paces


def test_the_gradient_of_an_open_action_is_exactly_zero() -> None:
    torch.manual_seed(0)
    policy = policy_for(2, open_second_type=True)
    steps = [torch.randn(1, V, requires_grad=True) for _ in range(3)]
    for u in steps:
        policy(u.detach())
    targets, valid = policy.targets()
    logits = torch.stack(steps)
    dynamic_loss(logits, targets, valid).backward()
    opened = [transition(1), reduce(1)]
    for u, target in zip(steps, targets, strict=True):
        if target[0, EOA] == 0:
            assert u.grad[0, opened].tolist() == [0.0, 0.0]
        assert all(value != 0 for value in u.grad[0, [EOA, transition(0)]].tolist())


def test_a_tempting_open_action_defers_the_shift_once() -> None:
    policy = policy_for(1, open_second_type=True)
    tempting = [-3.0, 0.0, -3.0, -3.0, 2.0, -3.0]
    paces = take(policy, tempting, tempting, [3.0, -3, -3, -3, -3, -3])
    assert paces == [(False, False), (True, False), (True, True)]
    targets, _ = policy.targets()
    assert targets[0, 0, SHIFT] == torch.tensor(0.0).sigmoid()
    assert targets[1, 0, SHIFT] == 1
    assert policy.deferrals.tolist() == [1]


def test_nothing_open_is_plain_cross_entropy_of_the_gold_steps() -> None:
    policy = policy_for(1, open_second_type=False)
    tempting = [-3.0, 0.0, -3.0, -3.0, 2.0, -3.0]
    assert take(policy, tempting, tempting) == [(True, False), (True, True)]
    targets, valid = policy.targets()
    assert torch.equal(targets[:, 0], gold_tensors([gold_steps(1, [])], V)["gold_steps"][0])
    logits = torch.tensor([[tempting], [tempting]])
    plain = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets)
    assert dynamic_loss(logits, targets, valid) == plain


def test_no_open_action_helps_at_the_end_of_a_sentence() -> None:
    policy = policy_for(1, open_second_type=True)
    take(policy, [-3.0, 3, -3, -3, 1, -3], [3.0, -3, -3, -3, 1, 1])
    targets, _ = policy.targets()
    assert targets[1, 0].tolist() == [1, 0, 0, 0, 0, 0]


def test_open_actions_are_those_of_labels_outside_the_source() -> None:
    inventories = [TypeInventory("a", ("C", "D")), TypeInventory("b", ("D",))]
    table = open_action_table(["a$C", "a$D", "b$D"], inventories)
    assert table.nonzero().tolist() == [[0, 6], [0, 7], [1, 2], [1, 3], [1, 4], [1, 5]]


def opened(labels: list[str], inventory: TypeInventory, *, closed: bool) -> list[str]:
    (row,) = open_action_table(labels, [inventory], closed=closed)
    pairs = [row[[transition(i), reduce(i)]].tolist() for i in range(len(labels))]
    assert all(first == second for first, second in pairs)
    assert not row[[EOA, SHIFT]].any()
    return [label for label, (first, _) in zip(labels, pairs, strict=True) if first]


def test_what_a_coarser_type_covers_is_open_under_closed_supervision_too() -> None:
    coarse = TypeInventory("a", ("Cell",), {"Cell": ("Cell_Line", "Cell_Type")})
    merged = ["Cell", "Cell_Line", "Cell_Type", "Drug"]
    assert opened(merged, coarse, closed=True) == ["Cell_Line", "Cell_Type"]
    assert opened(merged, coarse, closed=False) == ["Cell_Line", "Cell_Type", "Drug"]
    separate = ["a$Cell", "b$Cell", "b$Cell_Line", "b$Drug"]
    assert opened(separate, coarse, closed=True) == ["b$Cell_Line"]
    assert opened(separate, coarse, closed=False) == ["b$Cell", "b$Cell_Line", "b$Drug"]


def test_a_document_opens_what_was_not_marked_in_it() -> None:
    source = TypeInventory("a", ("C", "D"), {"D": ("E",)})
    labels = ["C", "D", "E"]
    assert opened(labels, source.of_document(["C"]), closed=False) == ["D", "E"]
    assert opened(labels, source.of_document(["C"]), closed=True) == []
    assert opened(labels, source.of_document(["D"]), closed=True) == ["E"]
    assert opened(labels, source.of_document(None), closed=False) == ["E"]
