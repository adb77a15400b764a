"""The recurrence compared with its transcription: agreement, time and memory."""

from collections.abc import Iterator, Mapping
from functools import partial

import torch

from bench.cases import OURS, SIDES, TRANSCRIPTION, Case, TrainingPass, peak_of
from bench.report import Row, at_least, at_most
from bench.timing import in_fresh_process, in_turns, megabytes
from tools import transcription

REQUIRED: Mapping[Case, tuple[float, float, int]] = {
    Case(width=384, rows=16, words=40, types=4): (4, 1 / 3, 5),
    Case(width=1024, rows=8, words=200, types=9): (10, 1 / 12, 5),
}
"""For each case: how much faster, with which share of the memory, and transcription repeats."""


def measure(
    required: Mapping[Case, tuple[float, float, int]] = REQUIRED, *, repeats: int = 5
) -> Iterator[Row]:
    """Measure the agreement of both sides, then time and memory of forward and backward."""
    yield _agreement()
    for case, (faster, share, slow_repeats) in required.items():
        yield _speed(case, faster, repeats, slow_repeats)
        yield _memory(case, share)


def _speed(case: Case, faster: float, repeats: int, slow_repeats: int) -> Row:
    small, batch = TrainingPass(Case(case.width, 2, 4, case.types)), TrainingPass(case)
    for side in SIDES:
        small.run(side)
    batch.run(OURS)
    steps: dict[str, int] = {}

    def run(side: str) -> None:
        steps[side] = batch.run(side)

    times = in_turns(
        {side: partial(run, side) for side in SIDES},
        repeats,
        fewer={TRANSCRIPTION: slow_repeats},
    )
    ours, theirs = times[OURS], times[TRANSCRIPTION]
    return at_least(
        f"recurrence, forward + backward, {case}",
        theirs.median / ours.median,
        faster,
        "× faster than the transcription",
        f"dropout on; {ours}, {steps[OURS]} steps;"
        f" transcription {theirs}, {steps[TRANSCRIPTION]} steps",
    )


def _memory(case: Case, share: float) -> Row:
    ours, theirs = (in_fresh_process(peak_of, case, side) for side in SIDES)
    return at_least(
        f"recurrence, peak memory above the inputs, {case}",
        theirs / ours,
        round(1 / share),
        "× less than the transcription",
        f"{megabytes(ours)} and {megabytes(theirs)}: highest resident memory of one pass above"
        " what was resident before it, each side in a fresh process",
    )


def _agreement() -> Row:
    """Find the largest difference of logits and gradients in double precision, without dropout."""
    worst = 0.0
    for seed in range(3):
        batch = TrainingPass(Case(width=16, rows=3, words=9, types=3), seed=seed)
        unit = batch.unit.double()
        unit.latent_dropout = unit.position_dropout = unit.input_dropout = 0.0
        found = []
        for training_pass in (type(unit).training_pass, transcription.training_pass):
            slots = batch.slots.detach().double().requires_grad_()
            unit.zero_grad()
            logits, _, valid = training_pass(
                unit,
                slots,
                batch.mask,
                batch.gold["gold_steps"].double(),
                batch.gold["step_counts"],
                batch.open_actions,
            )
            kept = logits * valid[:, :, None]
            kept.square().sum().backward()
            gradients = {name: p.grad for name, p in unit.named_parameters() if p.requires_grad}
            found.append([kept.detach(), slots.grad, *gradients.values()])
        worst = max([worst, *(_relative(a, b) for a, b in zip(*found, strict=True))])
    return at_most(
        "recurrence, largest difference to the transcription",
        worst,
        1e-9,
        "relative to the largest entry",
        "logits and the gradients of slots and all parameters, double precision, 3 batches;"
        " random shapes, masks and inventories: tests/model/test_recurrence.py",
    )


def _relative(ours: torch.Tensor, theirs: torch.Tensor) -> float:
    largest = float(theirs.abs().max())
    return float((ours - theirs).abs().max()) / (largest or 1.0)
