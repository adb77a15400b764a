from pathlib import Path

import pandas as pd
import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from sru_ner.settings.params import Params
from tools import search

ROOT = Path(__file__).parents[2]
METRICS = f"reports/search/training/{search.EXPERIMENT}/metrics.json"


@pytest.mark.parametrize("name", search.GRID)
def test_settings_are_those_of_a_suite(name: str) -> None:
    overrides = [f"suite={search.SUITE}", *search.GRID[name]]
    with initialize_config_dir(str(ROOT / "conf"), version_base=None):
        config = compose("config", overrides=overrides)
    params = Params.model_validate(OmegaConf.to_container(config, resolve=True))
    assert params.evaluate.split == "dev"
    assert set(params.experiments[search.EXPERIMENT].sources) == set(params.corpora)


def test_a_report_goes_on_from_the_last_one(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(search, "FOLDER", tmp_path)
    earlier = [
        {"name": "base", "changes": "", "dev_micro_f1": 80.0},
        {"name": "fp32", "changes": "train.precision=fp32", "dev_micro_f1": 84.0},
        {"name": "frozen-1", "changes": "train.frozen_layers=9", "dev_micro_f1": 99.0},
        {"name": "gone", "changes": "", "dev_micro_f1": 99.0},
    ]
    rest = {"best_epoch": 3, "epochs": 3, "steps": 9, "seconds": 1.5, "commit": "aaaaaaa"}
    pd.DataFrame([{**row, **rest} for row in earlier]).to_csv(tmp_path / "search.csv", index=False)
    shown = {f"{METRICS}:{column}": [83.0, None, 7.0] for column in search._SHOWN}
    known = pd.DataFrame({"Experiment": ["base", "unit-1e-3", "HEAD"], **shown}).to_csv()
    outputs = {"dvc": known, "git": "bbbbbbb\n"}
    monkeypatch.setattr(search, "_output_of", lambda *command: outputs[command[0]])
    search.report()
    table = pd.read_csv(tmp_path / "search.csv")
    # Measured again, and kept; what is not finished, not of the grid or of other settings is not.
    assert list(zip(table["name"], table["dev_micro_f1"], table["commit"], strict=True)) == [
        ("fp32", 84.0, "aaaaaaa"),
        ("base", 83.0, "bbbbbbb"),
    ]
    lines = (tmp_path / "search.md").read_text().splitlines()
    assert lines[2:4] == [
        "| fp32 | train.precision=fp32 | 84.0 | 3 | 3 | 9 | aaaaaaa |",
        "| base | – | 83.0 | 83 | 83 | 83 | bbbbbbb |",
    ]
    assert lines[4:] == ["", "One run each."]
    assert (tmp_path / "search.png").stat().st_size > 5_000


def test_a_report_says_what_a_seed_changes(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(search, "FOLDER", tmp_path)
    names = ["unit-1e-3", "slower-seed-43"]
    shown = {f"{METRICS}:{column}": [84.15, 82.4] for column in search._SHOWN}
    outputs = {"dvc": pd.DataFrame({"Experiment": names, **shown}).to_csv(), "git": "bbbbbbb\n"}
    monkeypatch.setattr(search, "_output_of", lambda *command: outputs[command[0]])
    search.report()
    found = (tmp_path / "search.md").read_text()
    assert "unit-1e-3 and slower-seed-43, which differ in the seed alone, are 1.8 apart" in found
