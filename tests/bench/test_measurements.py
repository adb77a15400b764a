"""Benchmarks of the recurrence and of scoring, on shapes that take no time."""

import time
from pathlib import Path

import numpy as np
import pytest
import torch

from bench import files, recurrence, scaling, scoring
from bench.cases import OURS, TRANSCRIPTION, Case, TrainingPass
from bench.stages import Stages
from bench.timing import in_fresh_process, in_turns, peak_memory

TINY = Case(width=8, rows=2, words=5, types=2)


def touch(size: int) -> int:
    """Measure the peak memory of making `size` bytes, which are freed before it is read."""
    with peak_memory() as peak:
        np.ones(size, dtype=np.uint8).sum()
    return peak.bytes


def test_sides_take_turns_and_a_slow_one_leaves_early() -> None:
    calls: list[str] = []
    times = in_turns({s: lambda s=s: calls.append(s) for s in "ab"}, 3, fewer={"b": 1})
    assert calls == ["a", "b", "a", "a"]
    assert [len(times[side].seconds) for side in "ab"] == [3, 1]


def test_a_peak_is_of_the_block_alone() -> None:
    size = 60_000_000
    large = in_fresh_process(touch, size)
    assert large == pytest.approx(size, rel=0.1)
    touch(size)
    assert touch(1000) < size / 4


def test_both_sides_learn_from_the_same_batch() -> None:
    batch = TrainingPass(TINY)
    gradients = {}
    batch.unit.latent_dropout = batch.unit.position_dropout = batch.unit.input_dropout = 0.0
    for side in (OURS, TRANSCRIPTION):
        steps = batch.run(side)
        assert steps >= TINY.words + 1
        gradients[side] = batch.slots.grad.clone()
    torch.testing.assert_close(gradients[OURS], gradients[TRANSCRIPTION])


def test_ratios_are_of_what_was_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = TrainingPass.run

    def run(batch: TrainingPass, side: str) -> int:
        steps = ours(batch, side)
        time.sleep(0.3 if side == TRANSCRIPTION else 0)
        return steps

    monkeypatch.setattr(TrainingPass, "run", run)
    monkeypatch.setattr(
        recurrence, "in_fresh_process", lambda _, __, side: {OURS: 10, TRANSCRIPTION: 30}[side]
    )
    agreement, speed, memory = recurrence.measure({TINY: (1e6, 1 / 2, 1)}, repeats=2)
    assert agreement.holds
    assert speed.value > 2
    assert speed.holds is False
    assert (memory.value, memory.required, memory.holds) == (3, "≥ 2", True)


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_slope_is_the_exponent(power: float) -> None:
    places = [10, 20, 40]
    assert scaling.slope(places, [3 * place**power for place in places]) == pytest.approx(power)


def test_growth_is_measured_and_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "in_fresh_process", lambda _, case, __: 100 * case.words)
    rows = list(scaling.measure(tmp_path / "s.png", TINY, {"words": (4, 8, 16)}, repeats=1))
    assert [row.unit for row in rows] == ["log-log slope (1 is linear)"] * 2
    assert rows[1].value == pytest.approx(1)
    assert (tmp_path / "s.png").stat().st_size > 1000


def test_time_may_grow_as_the_multiplications_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scaling, "in_fresh_process", lambda _, case, __: 100 * case.words)
    monkeypatch.setattr(Case, "multiplications", property(lambda case: case.words**2))
    time, memory = scaling.measure(tmp_path / "s.png", TINY, {"words": (4, 8)}, repeats=1)
    assert (time.required, memory.required) == ("≤ 2", "≤ 1.1")
    assert "where that of the multiplications is 2.00" in time.detail


def test_scoring_counts_made_up_tables(tmp_path: Path) -> None:
    rows = list(scoring.measure(tmp_path, spans=500, cell_spans=40, repeats=1))
    assert [row.required for row in rows] == ["≤ 5", "≤ 60", None]
    assert rows[0].name == "scoring, 500 spans"
    assert "40 spans of 25 types in 20 documents a cell" in rows[1].detail
    assert all(row.value > 0 for row in rows)


def test_made_up_models_differ_in_what_they_predict_alone() -> None:
    one, two = (
        scoring.random_decisions(500, ["a", "b"], model=m, seed=i) for i, m in enumerate("mn")
    )
    for name in ("tested", "document_id", "start", "type", "gold"):
        assert one[name].equals(two[name])
    assert not one["predicted"].equals(two["predicted"])


def test_two_files_are_scored_as_a_user_does_it(tmp_path: Path) -> None:
    [row] = files.measure(tmp_path, documents=3, repeats=1)
    assert row.name == "scoring two PubTator files of 3 documents"
    assert (row.unit, row.required) == ("s", "≤ 2")
    assert row.value > 0


def test_a_stage_stops_the_clock_of_the_one_around_it() -> None:
    stages = Stages()
    with stages.stage("outer"):
        with stages.stage("inner"):
            time.sleep(0.05)
        stages.go_on_as("later")
        time.sleep(0.02)
    assert stages.seconds["inner"] >= 0.05
    assert stages.seconds["outer"] < 0.02
    assert 0.02 <= stages.seconds["later"] < 0.05
