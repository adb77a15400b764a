"""The fast unit against the literal transcription, in values and gradients."""

from typing import Any

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.model.actions import WordSpan, action_count, gold_steps, resolve_crossings
from sru_ner.model.batch import gold_tensors
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.sequences import GoldSteps
from sru_ner.model.sru import SlotRecurrentUnit
from sru_ner.model.supervision import dynamic_loss
from tools import transcription

seeds = st.integers(0, 2**31)
parts = st.fixed_dictionaries(
    {
        "context": st.sampled_from(["attention", "attention", "mean", "none"]),
        "positions": st.booleans(),
        "next_word": st.booleans(),
    }
)
"""Which parts of the unit are switched on."""


def random_unit(seed: int, *, types: int, width: int = 6, **settings: Any) -> SlotRecurrentUnit:
    torch.manual_seed(seed)
    labels = [f"T{i}" for i in range(types)]
    config = SruNerConfig(inventories={"s": labels}, train_token_multiplier=True, **settings)
    unit = SlotRecurrentUnit(config, width).double().eval()
    for parameter in unit.parameters():
        if parameter.requires_grad:
            torch.nn.init.normal_(parameter, std=0.7)
    return unit


def random_batch(lengths: list[int], width: int = 6) -> tuple[torch.Tensor, torch.Tensor]:
    slots = torch.zeros(len(lengths), max(lengths) + 2, width, dtype=torch.float64)
    mask = torch.zeros(slots.shape[:2], dtype=torch.bool)
    for row, length in enumerate(lengths):
        slots[row, : length + 2] = torch.randn(length + 2, width)
        mask[row, : length + 2] = True
    return slots, mask


def random_spans(length: int, types: int) -> list[WordSpan]:
    spans = []
    for _ in range(int(torch.randint(0, 4, ()))):
        start = int(torch.randint(0, length, ()))
        end = int(torch.randint(start + 1, length + 1, ()))
        spans.append(WordSpan(start, end, int(torch.randint(0, types, ()))))
    return resolve_crossings(spans)[0]


Gradients = dict[str, torch.Tensor]


def gradients(
    unit: SlotRecurrentUnit, slots: torch.Tensor, results: tuple[torch.Tensor, ...]
) -> Gradients:
    """Return the gradients of the loss to the parameters and slots that it depends on."""
    unit.zero_grad()
    slots.grad = None
    dynamic_loss(*results).backward()
    of = [*unit.named_parameters(), ("slots", slots)]
    return {name: p.grad.clone() for name, p in of if p.grad is not None}


@settings(max_examples=40, deadline=None)
@given(
    seeds,
    st.lists(st.integers(1, 8), min_size=1, max_size=4),
    st.integers(1, 3),
    st.integers(1, 5),
    st.sampled_from([0.5, 1.0]),
    st.sampled_from([0.0, 0.5]),
    # Dropout that drops nothing: the context then goes through the perceptron step by step.
    st.sampled_from([0.0, 1e-15]),
    parts,
)
def test_training_equals_the_transcription(
    seed: int,
    lengths: list[int],
    types: int,
    half_context: int,
    strength: float,
    open_share: float,
    dropout: float,
    switched: dict[str, Any],
) -> None:
    unit = random_unit(
        seed,
        types=types,
        **switched,
        half_context=half_context,
        open_strength=strength,
        latent_dropout=0.0,
        position_dropout=0.0,
        input_dropout=dropout,
    ).train()
    slots, mask = random_batch(lengths)
    open_actions = torch.rand(len(lengths), action_count(types)) < open_share
    open_actions[:, :2] = False
    steps = [GoldSteps.of(gold_steps(n, random_spans(n, types))) for n in lengths]
    gold = gold_tensors(steps, action_count(types))
    batch = (mask, gold["gold_steps"].double(), gold["step_counts"], open_actions)

    slots.requires_grad_()
    logits, targets, valid = unit.training_pass(slots, *batch)
    ours = gradients(unit, slots, (logits, targets, valid))
    unit.input_dropout = 0.0
    expected = transcription.training_pass(unit, slots, *batch)
    theirs = gradients(unit, slots, expected)

    assert torch.equal(valid, expected[2])
    torch.testing.assert_close(logits[valid], expected[0][valid], atol=1e-9, rtol=1e-9)
    torch.testing.assert_close(targets[valid], expected[1][valid], atol=1e-9, rtol=1e-9)
    for name, gradient in theirs.items():
        torch.testing.assert_close(ours[name], gradient, atol=1e-9, rtol=1e-9, msg=name)


@settings(max_examples=25, deadline=None)
@given(seeds, st.lists(st.integers(1, 16), min_size=1, max_size=6), st.integers(1, 3), parts)
def test_decoding_equals_the_transcription(
    seed: int, lengths: list[int], types: int, switched: dict[str, Any]
) -> None:
    unit = random_unit(seed, types=types, half_context=3, **switched)
    slots, mask = random_batch(lengths)
    probabilities, steps = unit.decode(slots, mask)
    expected, expected_steps = transcription.decode(unit, slots, mask)
    assert torch.equal(steps, expected_steps)
    for row, taken in enumerate(steps.tolist()):
        torch.testing.assert_close(
            probabilities[row, :taken], expected[row, :taken], atol=1e-9, rtol=1e-9
        )


@settings(max_examples=15, deadline=None)
@given(seeds, st.integers(1, 8), st.integers(1, 12))
def test_a_row_does_not_depend_on_its_batch_or_its_padding(
    seed: int, length: int, other: int
) -> None:
    unit = random_unit(seed, types=2)
    slots, mask = random_batch([length, other])
    together, steps = unit.decode(slots, mask)
    alone, alone_steps = unit.decode(slots[:1, : length + 2], mask[:1, : length + 2])
    assert int(steps[0]) == int(alone_steps[0])
    taken = int(steps[0])
    torch.testing.assert_close(together[0, :taken], alone[0, :taken])


def test_dropout_changes_training_and_its_gradient_is_that_of_the_same_masks() -> None:
    """With one seed the loss is a function of the parameters: compare with finite differences."""
    unit = random_unit(3, types=2, half_context=4, input_dropout=0.3).train()
    slots, mask = random_batch([5, 3])
    gold = gold_tensors(
        [GoldSteps.of(gold_steps(5, [WordSpan(1, 3, 0)])), GoldSteps.of(gold_steps(3, []))], 6
    )
    nothing_open = torch.zeros(2, 6, dtype=torch.bool)

    def loss() -> torch.Tensor:
        torch.manual_seed(11)
        batch = (gold["gold_steps"], gold["step_counts"], nothing_open)
        return dynamic_loss(*unit.training_pass(slots, mask, *batch))

    loss().backward()
    weight = unit.mlp[0].weight
    direction = torch.randn_like(weight)
    slope = float((weight.grad * direction).sum())
    with torch.no_grad():
        weight += 1e-6 * direction
        above = float(loss())
        weight -= 2e-6 * direction
        below = float(loss())
    assert abs((above - below) / 2e-6 - slope) < 1e-6
    torch.manual_seed(12)
    with_dropout = loss().item()
    unit.eval()
    assert with_dropout != loss().item()
