import json
from pathlib import Path

import pytest

from sru_ner.errors import InputError
from sru_ner.model.run_record import read_run, trained_digest, with_run, write_run

RUN = {"environment": {"git_commit": "c0ffee"}, "figures": {"seconds": 1.5}}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "model.safetensors.sha256").write_text("abc  model.safetensors\n")
    return tmp_path


def test_it_is_added_to_what_is_the_same_in_each_run(model: Path) -> None:
    facts = {"experiment": "e", "environment": {"threads": 1}, "figures": {"epochs": 2}}
    assert with_run(facts, model) == facts
    write_run(model, RUN)
    assert with_run(facts, model) == {
        "experiment": "e",
        "environment": {"threads": 1, "git_commit": "c0ffee"},
        "figures": {"epochs": 2, "seconds": 1.5},
    }


def test_it_changes_no_digest_of_the_model(model: Path) -> None:
    before = trained_digest(model)
    write_run(model, RUN)
    assert trained_digest(model) == before


def test_weights_that_came_from_elsewhere_have_none(model: Path) -> None:
    write_run(model, RUN)
    (model / "model.safetensors.sha256").write_text("def  model.safetensors\n")
    assert read_run(model) == {}
    (model / "model.safetensors.sha256").unlink()
    write_run(model, RUN)
    assert read_run(model) == {}


def test_a_file_that_is_not_json_is_named(model: Path) -> None:
    (model / "run.json").write_text("{")
    with pytest.raises(InputError, match=r"run\.json"):
        read_run(model)
    (model / "run.json").write_text(json.dumps(RUN))  # of nothing
    assert read_run(model) == {}
