from pathlib import Path

import pytest

from sru_ner.dataset.corpus import Corpus
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training.checkpoints import last_checkpoint, run_identity


def settings(**changed: object) -> ExperimentSettings:
    return ExperimentSettings.model_validate({"sources": ["chemicals", "diseases"], **changed})


def test_checkpoints_of_other_settings_are_put_aside(
    tmp_path: Path, corpora: dict[str, Corpus], caplog: pytest.LogCaptureFixture
) -> None:
    identity = run_identity(settings(), corpora)
    folder = tmp_path / "x"
    assert last_checkpoint(folder, identity) is None
    (folder / "checkpoint-7").mkdir()
    (folder / "checkpoint-7" / "trainer_state.json").write_text("{}")
    assert last_checkpoint(folder, identity) == folder / "checkpoint-7"
    (folder / "checkpoint-8").mkdir()
    (folder / "checkpoint-8" / "trainer_state.json").write_text("")  # the machine went down
    assert last_checkpoint(folder, identity) == folder / "checkpoint-7"
    assert not (folder / "checkpoint-8").exists()
    state = '{"best_model_checkpoint": "elsewhere/checkpoint-5"}'
    (folder / "checkpoint-9").mkdir()
    (folder / "checkpoint-9" / "trainer_state.json").write_text(state)  # the best one is lost
    assert last_checkpoint(folder, identity) == folder / "checkpoint-7"
    # After an epoch that ran out of memory, max_tokens may be lowered.
    lower = settings(max_tokens=99)
    assert run_identity(lower, corpora) == identity
    other = run_identity(settings(seed=1), corpora)
    assert last_checkpoint(folder, other) is None
    assert not (folder / "checkpoint-7").exists()
    assert (folder.with_name("x.earlier") / "checkpoint-7").exists()
    assert "of a run with other values of settings.seed." in caplog.text
    fewer = {**corpora, "chemicals": corpora["chemicals"].without({"train": ["1"]})}
    assert run_identity(settings(), fewer) != identity
