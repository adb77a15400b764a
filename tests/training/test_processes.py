"""Several processes, as on several GPUs: here two on the CPU, over gloo."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from safetensors.torch import load_file
from transformers import TrainerCallback

from sru_ner.dataset.corpus import Corpus
from sru_ner.files import write_json
from sru_ner.layout import SuiteLayout
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training import run
from sru_ner.training.experiment import train_experiment
from tests.suite_files import write_suite

LAYOUT = SuiteLayout("processes")


def settings(encoder: Path, **changed: object) -> ExperimentSettings:
    values = {
        "sources": ["chemicals", "diseases"],
        "encoder": str(encoder),
        "epochs": 10,
        "batch_size": 3,
        "latent_dropout": 0,
        "position_dropout": 0,
        "input_dropout": 0,
        "learning_rate": 0.03,
        "encoder_learning_rate": 0.02,
        "max_subwords": 32,
        "precision": "fp32",
        "patience": 30,
        "warmup_epochs": 0.5,
        "encoder_warmup_epochs": 1.0,
    }
    return ExperimentSettings.model_validate(values | changed)


class PowerCutError(Exception):
    pass


def interrupted(
    name: str, wanted: ExperimentSettings, corpora: dict[str, Corpus], step: int
) -> None:
    """Train until after a step, and no further."""

    class Cut(TrainerCallback):
        def on_step_end(self, args, state, control, **kwargs):
            if state.global_step == step:
                raise PowerCutError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "Progress", Cut)
        with pytest.raises(PowerCutError):
            train_experiment(name, wanted, LAYOUT, corpora)


@pytest.fixture(scope="session")
def encoder(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny encoder without dropout, whose masks depend on the number of processes."""
    folder = tmp_path_factory.mktemp("still") / "encoder"
    shutil.copytree(tiny_encoder, folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def assert_same_run(name: str, other: str) -> None:
    one, two = (load_file(LAYOUT.model(n) / "model.safetensors") for n in (name, other))
    assert one.keys() == two.keys()
    apart = {key: (one[key] - two[key]).abs().max().item() for key in one}
    assert max(apart.values()) < 1e-4, apart
    reports = [LAYOUT.training_report(each) for each in (name, other)]
    figures, others = (json.loads((report / "metrics.json").read_text()) for report in reports)
    curves, drawn = (pd.read_csv(report / "curves.csv") for report in reports)
    for key in figures:
        expected = others[key]
        assert figures[key] == (
            pytest.approx(expected) if isinstance(expected, float) else expected
        )
    pd.testing.assert_frame_equal(curves, drawn, rtol=1e-4)


@pytest.mark.pipeline
def test_any_number_of_processes_trains_the_same_model(
    encoder: Path,
    harmonized: Path,
    corpora: dict[str, Corpus],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "harmonized").symlink_to(harmonized)
    experiments = {
        "two": settings(encoder),
        "parts": settings(encoder, max_tokens=12),
        # One sequence a step: there is none for the second process.
        "idle": settings(encoder, batch_size=1, epochs=5),
        "one_then_two": settings(encoder),
        "two_then_one": settings(encoder),
    }
    params = {
        "suite": LAYOUT.suite,
        "corpora": ["chemicals", "diseases"],
        "train": {},
        "experiments": {name: s.model_dump(mode="json") for name, s in experiments.items()},
        "evaluate": {"tested": ["chemicals"]},
        "assess": {"experiment": "two"},
        "register": {"candidate": "two"},
    }
    write_suite(tmp_path, params)
    for name in experiments:
        write_json(
            LAYOUT.manifest(name), {"sources": {source: {"splits": {}} for source in corpora}}
        )
    interrupted("one_then_two", settings(encoder), corpora, step=32)
    left = (LAYOUT.checkpoints("one_then_two") / "model").glob("checkpoint-*")
    assert "checkpoint-30" in {folder.name for folder in left}

    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--standalone"]
    done = subprocess.run(
        [*command, str(Path(__file__).with_name("two_processes.py"))],
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "resuming after step 30 of 50" in done.stderr
    facts = json.loads((LAYOUT.model("two") / "training.json").read_text())
    assert facts["processes"] == 2
    assert not LAYOUT.checkpoints("two").exists()

    train_experiment("one", settings(encoder), LAYOUT, corpora)
    train_experiment("each", experiments["idle"], LAYOUT, corpora)
    figures = train_experiment("two_then_one", settings(encoder), LAYOUT, corpora)
    assert figures["dev_micro_f1"] > 50
    for name in ("two", "parts", "one_then_two", "two_then_one"):
        assert_same_run("one", name)
    assert_same_run("each", "idle")
