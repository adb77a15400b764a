"""The speed of a training, measured on the training itself."""

from pathlib import Path

import pytest

from sru_ner.dataset.corpus import Corpus
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training.speed import measure_speed


def test_steps_and_sentences_take_time_and_leave_nothing_but_the_cache(
    tiny_encoder: Path, corpora: dict[str, Corpus], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = ExperimentSettings(
        sources=("chemicals", "diseases"),
        encoder=str(tiny_encoder),
        batch_size=4,
        max_subwords=32,
        precision="fp32",
    )
    found = measure_speed(settings, corpora, tmp_path / "cache", seconds=0)
    assert 0 < found.step < 20
    assert 0 < found.sentence < 20
    assert found.sequences == 2 * 9 + 2 * 5
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
