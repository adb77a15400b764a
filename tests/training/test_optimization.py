from pathlib import Path

import pytest

from sru_ner.inference.any_encoder import load_any
from sru_ner.settings.sections import TrainSettings
from sru_ner.training.optimization import make_optimizer, make_schedule

SETTINGS = TrainSettings(
    epochs=4,
    learning_rate=0.1,
    encoder_learning_rate=0.01,
    warmup_epochs=0.5,
    encoder_warmup_epochs=1,
)


def test_rates_rise_over_their_own_warm_up_and_fall_to_zero(tiny_model: Path) -> None:
    model = load_any(tiny_model)
    optimizer = make_optimizer(model, SETTINGS)
    schedule = make_schedule(optimizer, SETTINGS, steps=40)  # 10 in each epoch
    rates = [schedule.get_last_lr()]
    for _ in range(40):
        optimizer.step()
        schedule.step()
        rates.append(schedule.get_last_lr())
    unit, encoder = zip(*rates, strict=True)
    assert unit.index(max(unit)) == 5
    assert encoder.index(max(encoder)) == 10
    assert (max(unit), max(encoder)) == (pytest.approx(0.1), pytest.approx(0.01))
    assert unit[-1] == encoder[-1] == 0
    assert unit[5] - unit[6] == pytest.approx(unit[30] - unit[31])


def test_a_frozen_encoder_has_no_group(tiny_model: Path) -> None:
    model = load_any(tiny_model)
    model.encoder.requires_grad_(False)
    optimizer = make_optimizer(model, SETTINGS)
    (unit,) = optimizer.param_groups
    assert len(unit["params"]) == sum(p.requires_grad for p in model.sru.parameters())
    make_schedule(optimizer, SETTINGS, steps=40)
