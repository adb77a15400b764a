"""Commands that write the same files do not run at the same time."""

from pathlib import Path

import pytest

from sru_ner.cli.evaluate import evaluate
from sru_ner.cli.evaluate_predictions import evaluate_predictions
from sru_ner.cli.harmonize import harmonize
from sru_ner.errors import InputError
from sru_ner.layout import HARMONIZED
from sru_ner.locks import hold
from tests.suite_files import write_suite

PARAMS = {
    "suite": "demo",
    "corpora": ["synthetic_genes"],
    "train": {},
    "experiments": {"alone": {"sources": ["synthetic_genes"]}},
    "evaluate": {"tested": ["synthetic_genes"], "predictions": {}},
    "assess": {"experiment": "alone"},
    "register": {"candidate": "alone"},
}


@pytest.mark.parametrize(
    ("place", "name", "command", "argument"),
    [
        (Path(), "evaluate@demo@alone", evaluate, "alone"),
        (Path(), "evaluate@demo@tool", evaluate_predictions, "tool"),
        (HARMONIZED, "harmonize@synthetic_genes", harmonize, ["synthetic_genes"]),
    ],
)
def test_a_second_command_of_the_same_kind_is_refused(
    place: Path, name: str, command, argument, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = write_suite(Path(), PARAMS)
    options = {"raw": Path("raw"), "output": HARMONIZED, "reports": Path("reports"), "params": None}
    more = options if command is harmonize else {"params_file": file}
    with (
        hold(place, name, doing="is busy"),
        pytest.raises(InputError, match=r"another process, number \d+, is (evaluat|harmonis)ing"),
    ):
        command(argument, **more)
    assert not Path("reports").exists()
