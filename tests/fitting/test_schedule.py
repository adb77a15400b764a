"""Schedules: as many steps as the time allows, and more epochs for smaller corpora."""

from functools import partial

import pytest

from sru_ner.fitting.schedule import (
    for_few_sentences,
    schedule_by_size,
    schedule_by_time,
    seconds_needed,
)
from sru_ner.training.speed import Speed


def test_small_corpora_get_more_epochs() -> None:
    assert schedule_by_size([200]).epochs == 40
    assert schedule_by_size([6000]).epochs == 4
    assert schedule_by_size([100_000]).epochs == 4
    assert schedule_by_size([2400]).epochs == 10
    assert schedule_by_size([6000], epochs=7).epochs == 7
    assert schedule_by_size([6000]).epoch_sequences is None


def test_few_sentences_are_learned_in_small_batches_to_the_end() -> None:
    few = partial(for_few_sentences, known=False)
    assert few([44], [5], 40) == {"batch_size": 4, "train_with_dev": True}
    assert few([100, 199], [60, 39], 7) == {"batch_size": 4, "train_with_dev": True}
    assert few([100, 200], [5, 5], 40) == few([6000], [9], 4) == {}


def test_many_dev_sentences_choose_among_all_epochs_of_few_training_sentences() -> None:
    found = for_few_sentences([44], [100], 40, known=False)
    assert found == {"batch_size": 4, "patience": 40}


def test_an_encoder_that_knows_the_types_changes_little() -> None:
    found = for_few_sentences([44], [5], 40, known=True)
    assert found["encoder_learning_rate"] == 5e-5
    assert found["train_with_dev"]
    assert for_few_sentences([6000], [9], 4, known=True) == {}


def test_an_epoch_of_several_corpora_is_as_long_as_all() -> None:
    assert schedule_by_size([6000, 2000]).epoch_sequences == 8000


@pytest.mark.parametrize("step", [0.05, 0.4, 3.0])
@pytest.mark.parametrize("minutes", [5, 20, 120])
def test_the_steps_fit_the_time(step: float, minutes: int) -> None:
    speed = Speed(step=step, sentence=0.01, sequences=50_000)
    found = schedule_by_time(60 * minutes, speed, corpora=1, batch_size=16, dev=900, test=900)
    assert found is not None
    assert found.epoch_sequences is not None
    steps = found.epochs * found.epoch_sequences / 16
    spent = steps * step + 0.01 * (900 * found.epochs + 900)
    limit = 4 * 50_000 / 16 * step
    assert min(0.7 * 60 * minutes, 0.9 * limit) < spent < 60 * minutes


def test_too_little_time_gives_no_schedule_but_the_time_that_is_needed() -> None:
    speed = Speed(step=2.0, sentence=0.1, sequences=5000)
    assert schedule_by_time(60, speed, corpora=1, batch_size=16, dev=300, test=300) is None
    needed = seconds_needed(speed, dev=300, test=300)
    assert schedule_by_time(needed + 60, speed, corpora=1, batch_size=16, dev=300, test=300)
