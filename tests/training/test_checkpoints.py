import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sru_ner.dataset.corpus import Corpus
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training.checkpoints import last_checkpoint, run_identity, write_digests


def settings(**changed: object) -> ExperimentSettings:
    return ExperimentSettings.model_validate({"sources": ["chemicals", "diseases"], **changed})


def checkpoint(folder: Path, step: int, best: int | None = None) -> Path:
    """Make a finished checkpoint of two files."""
    made = folder / f"checkpoint-{step}"
    made.mkdir(parents=True)
    name = None if best is None else f"elsewhere/checkpoint-{best}"
    (made / "trainer_state.json").write_text(json.dumps({"best_model_checkpoint": name}))
    (made / "optimizer.pt").write_bytes(bytes(1000))
    write_digests(made)
    return made


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.fault(
    "files of the last checkpoint are cut off, changed or missing",
    before="training stopped with a traceback until they were deleted by hand",
    now="the checkpoint is put aside with a warning, and the one before is taken",
)
@pytest.mark.parametrize("damage", [cut, flip, Path.unlink])
@pytest.mark.parametrize("name", ["optimizer.pt", "trainer_state.json"])
def test_a_damaged_checkpoint_is_put_aside_and_the_one_before_is_taken(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[Path], None],
    name: str,
) -> None:
    assert last_checkpoint(tmp_path, {}) is None
    before, last = checkpoint(tmp_path, 9), checkpoint(tmp_path, 10, best=9)
    assert last_checkpoint(tmp_path, {}) == last
    damage(last / name)
    assert last_checkpoint(tmp_path, {}) == before
    assert not last.exists()
    assert (tmp_path / "damaged" / last.name).is_dir()
    assert f"its file {name} is damaged. It was moved to {tmp_path / 'damaged'}" in caplog.text


@pytest.mark.fault(
    "the digests of a checkpoint are damaged",
    before="not there",
    now="the checkpoint is put aside",
)
def test_damaged_digests_are_damage(tmp_path: Path) -> None:
    assert last_checkpoint(tmp_path, {}) is None
    before, last = checkpoint(tmp_path, 1), checkpoint(tmp_path, 2)
    (last / "digests.json").write_bytes(b"\xff")
    assert last_checkpoint(tmp_path, {}) == before


@pytest.mark.fault(
    "the best checkpoint is damaged, the last one is not",
    before="the last weights were kept with the scores of the best",
    now="both are put aside, and an earlier one is taken",
)
def test_a_checkpoint_whose_best_one_is_damaged_is_not_taken(tmp_path: Path) -> None:
    """The Trainer would keep the last weights with the best one's scores."""
    assert last_checkpoint(tmp_path, {}) is None
    first, best, _ = (checkpoint(tmp_path, step, min(step, 2)) for step in (1, 2, 3))
    flip(best / "optimizer.pt")
    assert last_checkpoint(tmp_path, {}) == first
    assert {path.name for path in (tmp_path / "damaged").iterdir()} == {best.name, "checkpoint-3"}


@pytest.mark.fault(
    "the identity of interrupted training is unreadable",
    before="a traceback until it was deleted by hand",
    now="the checkpoints are put aside, and training starts anew",
)
def test_an_unreadable_identity_is_that_of_another_run(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    assert last_checkpoint(folder, {"settings": {"seed": 1}}) is None
    kept = checkpoint(folder, 1)
    (folder / "identity.json").write_bytes(b"\x00\xff")
    assert last_checkpoint(folder, {"settings": {"seed": 1}}) is None
    assert (tmp_path / "x.earlier" / kept.name).is_dir()


def test_checkpoints_of_other_settings_are_put_aside(
    tmp_path: Path, corpora: dict[str, Corpus], caplog: pytest.LogCaptureFixture
) -> None:
    identity = run_identity(settings(), corpora)
    folder = tmp_path / "x"
    assert last_checkpoint(folder, identity) is None
    checkpoint(folder, 7)
    assert last_checkpoint(folder, identity) == folder / "checkpoint-7"
    (folder / "checkpoint-8").mkdir()
    (folder / "checkpoint-8" / "trainer_state.json").write_text("{}")  # the machine went down
    assert last_checkpoint(folder, identity) == folder / "checkpoint-7"
    assert not (folder / "checkpoint-8").exists()
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
