import pytest
import torch

from sru_ner.model.actions import EOA, SHIFT, WordSpan, gold_steps, reduce, transition
from sru_ner.model.batch import gold_tensors
from sru_ner.model.sequences import GoldSteps
from sru_ner.model.supervision import TeacherForcing, dynamic_loss

V = 6  # two types: 0 is annotated, 1 is open


def policy_for(words: int, *, open_second_type: bool) -> TeacherForcing:
    gold = gold_tensors([GoldSteps.of(gold_steps(words, []))], V)
    open_actions = torch.zeros(1, V, dtype=torch.bool)
    open_actions[:, [transition(1), reduce(1)]] = open_second_type
    return TeacherForcing(gold["gold_steps"], gold["step_counts"], open_actions, 1.0)


def take(policy: TeacherForcing, *logits_by_step: list[float]) -> list[tuple[bool, bool]]:
    moves = []
    for logits in logits_by_step:
        move = policy(torch.tensor([logits]))
        moves.append((bool(move.advance), move.finished))
    return moves


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


def test_a_likelier_open_action_defers_the_shift_once() -> None:
    policy = policy_for(1, open_second_type=True)
    open_is_likelier = [-3.0, 0.0, -3.0, -3.0, 2.0, -3.0]
    moves = take(policy, open_is_likelier, open_is_likelier, [3.0, -3, -3, -3, -3, -3])
    assert moves == [(False, False), (True, False), (True, True)]
    targets, _ = policy.targets()
    assert targets[0, 0, SHIFT] == torch.tensor(0.0).sigmoid()
    assert targets[1, 0, SHIFT] == 1
    assert policy.deferrals.tolist() == [1]


def test_nothing_open_is_plain_cross_entropy_of_the_gold_steps() -> None:
    policy = policy_for(1, open_second_type=False)
    open_is_likelier = [-3.0, 0.0, -3.0, -3.0, 2.0, -3.0]
    assert take(policy, open_is_likelier, open_is_likelier) == [(True, False), (True, True)]
    targets, valid = policy.targets()
    gold = gold_tensors([GoldSteps.of(gold_steps(1, []))], V)["gold_steps"][0]
    assert torch.equal(targets[:, 0], gold)
    logits = torch.tensor([[open_is_likelier], [open_is_likelier]])
    plain = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets)
    assert dynamic_loss(logits, targets, valid) == plain


def test_open_actions_have_no_target_at_the_end_of_a_sentence() -> None:
    policy = policy_for(1, open_second_type=True)
    take(policy, [-3.0, 3, -3, -3, 1, -3], [3.0, -3, -3, -3, 1, 1])
    targets, _ = policy.targets()
    assert targets[1, 0].tolist() == [1, 0, 0, 0, 0, 0]


def test_a_ruled_out_open_action_that_is_likely_is_absent() -> None:
    gold = gold_tensors([GoldSteps.of(gold_steps(1, [WordSpan(0, 1, 0)]))], V)
    open_actions = torch.zeros(1, V, dtype=torch.bool)
    open_actions[:, [transition(1), reduce(1)]] = True
    ruled_out = torch.zeros(1, gold["gold_steps"].shape[1], V, dtype=torch.bool)
    ruled_out[:, :2, transition(1)] = True  # at the step that opens the mention, and its SHIFT
    policy = TeacherForcing(
        gold["gold_steps"], gold["step_counts"], open_actions, 1.0, ruled_out, 0.5
    )
    likely = torch.tensor([[-3.0, 0.0, 3.0, -3.0, 2.0, -1.0]])
    unlikely = torch.tensor([[-3.0, 0.0, 3.0, -3.0, -2.0, -1.0]])
    policy(likely)
    policy(unlikely)
    policy(likely)
    policy(likely)
    targets, _ = policy.targets()
    opened = targets[:, 0, transition(1)]
    assert opened[0] == 0
    assert opened[1] == torch.tensor(-2.0).sigmoid()
    # No longer ruled out, so its own target; the ruled-out action defers no SHIFT.
    assert opened[2] == torch.tensor(2.0).sigmoid()
    assert policy.deferrals.tolist() == [0]


def test_what_is_taught_has_its_share_of_the_targets() -> None:
    gold = gold_tensors([GoldSteps.of(gold_steps(1, []))], V)
    taught = torch.full_like(gold["gold_steps"], 0.2)
    taught[:, :, transition(0)] = -1  # nothing is taught about it
    logits = torch.tensor([[-3.0, 1.0, -3.0, -3.0, -0.5, -2.0]])
    for open_, expected in ((False, 0.0), (True, torch.tensor(-0.5).sigmoid())):
        open_actions = torch.zeros(1, V, dtype=torch.bool)
        open_actions[:, [transition(1), reduce(1)]] = open_
        policy = TeacherForcing(
            gold["gold_steps"],
            gold["step_counts"],
            open_actions,
            1.0,
            taught=taught,
            taught_weight=0.25,
        )
        policy(logits)
        policy(logits)
        targets, _ = policy.targets()
        assert targets[0, 0, SHIFT] == pytest.approx(0.75 + 0.25 * 0.2)
        assert targets[0, 0, transition(0)] == 0
        assert targets[0, 0, transition(1)] == pytest.approx(0.75 * expected + 0.25 * 0.2)


def test_what_people_rejected_stays_rejected_if_a_teacher_takes_it() -> None:
    gold = gold_tensors([GoldSteps.of(gold_steps(1, []))], V)
    open_actions = torch.zeros(1, V, dtype=torch.bool)
    open_actions[:, [transition(1), reduce(1)]] = True
    rejected = torch.zeros_like(gold["gold_steps"], dtype=torch.bool)
    rejected[:, 0, transition(1)] = True
    policy = TeacherForcing(
        gold["gold_steps"],
        gold["step_counts"],
        open_actions,
        1.0,
        rejected=rejected,
        taught=torch.ones_like(gold["gold_steps"]),
    )
    policy(torch.zeros(1, V))
    policy(torch.zeros(1, V))
    targets, _ = policy.targets()
    assert targets[0, 0, transition(1)] == 0
    assert targets[0, 0, reduce(1)] == 0.75


def test_a_rejected_action_is_absent_even_if_it_is_unlikely() -> None:
    gold = gold_tensors([GoldSteps.of(gold_steps(2, []))], V)
    open_actions = torch.zeros(1, V, dtype=torch.bool)
    open_actions[:, [transition(1), reduce(1)]] = True
    rejected = torch.zeros(1, gold["gold_steps"].shape[1], V, dtype=torch.bool)
    rejected[:, 0, transition(1)] = True
    policy = TeacherForcing(
        gold["gold_steps"], gold["step_counts"], open_actions, 1.0, rejected=rejected
    )
    logits = torch.tensor([[-3.0, -1.0, -3.0, -3.0, -0.5, -2.0]])
    policy(logits)
    policy(logits)
    targets, _ = policy.targets()
    # At the first word, the action is rejected and likelier than the SHIFT, which it defers not.
    assert targets[0, 0].tolist() == [0, 1, 0, 0, 0, torch.tensor(-2.0).sigmoid()]
    assert targets[1, 0, transition(1)] == torch.tensor(-0.5).sigmoid()
    assert policy.deferrals.tolist() == [1]
