"""Real training, tiny: figures, files, exact resume, bad input."""

import itertools
import json
import shutil
import time
from pathlib import Path

import pandas as pd
import pytest
from safetensors.torch import load_file

from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import InputError, SruNerError, UnknownNameError
from sru_ner.inference.model_reference import training_facts
from sru_ner.inference.starting_model import starting_model
from sru_ner.layout import SuiteLayout
from sru_ner.locks import hold
from sru_ner.model.run_record import RUN_RECORD, read_run
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training import rarely_found, run
from sru_ner.training.callbacks import TimedCheckpoints
from sru_ner.training.experiment import train_experiment
from sru_ner.training.progress import Progress

LAYOUT = SuiteLayout("tiny")

Corpora = dict[str, Corpus]


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def settings(encoder: Path, **changed: object) -> ExperimentSettings:
    values = {
        "sources": ["chemicals", "diseases"],
        "encoder": str(encoder),
        "epochs": 3,
        "batch_size": 4,
        "latent_dropout": 0,
        "position_dropout": 0,
        "input_dropout": 0,
        "learning_rate": 0.02,
        "encoder_learning_rate": 0.01,
        "max_subwords": 32,
        "precision": "fp32",
        "patience": 30,
        "warmup_epochs": 0.5,
        "encoder_warmup_epochs": 1.0,
    }
    return ExperimentSettings.model_validate(values | changed)


VOLATILE = {"seconds", "sequences_per_second"}
"""Figures that differ in each run."""


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder, but for the record of a run."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name != RUN_RECORD}


class PowerCutError(Exception):
    pass


def cut_after(step: int) -> type[Progress]:
    """Make a Progress that ends the run after a step."""

    class Cut(Progress):
        def on_step_end(self, args, state, control, **kwargs):
            if state.global_step == step:
                raise PowerCutError

    return Cut


def weights(name: str) -> dict:
    return load_file(LAYOUT.model(name) / "model.safetensors")


def test_a_run_leaves_a_model_its_curves_and_its_figures(
    tiny_encoder: Path, corpora: Corpora
) -> None:
    figures = train_experiment(
        "a", settings(tiny_encoder, epochs=20, batch_size=1), LAYOUT, corpora
    )
    assert figures["dev_micro_f1"] > 90
    assert figures["dev_micro_f1.chemicals"] > 80
    report = LAYOUT.training_report("a")
    times = {name: figures.pop(name) for name in VOLATILE}
    assert times["sequences_per_second"] > 0
    assert json.loads((report / "metrics.json").read_text()) == figures
    curves = pd.read_csv(report / "curves.csv")
    assert len(curves) == figures["epochs"] == 20
    assert curves["train_loss"].iloc[-1] < curves["train_loss"].iloc[0] / 3
    assert curves["learning_rate"].iloc[-1] < curves["learning_rate"].iloc[3]
    assert (report / "curves.png").read_bytes().startswith(b"\x89PNG")
    best = curves.set_index("epoch").loc[figures["best_epoch"]]
    for ratio in ("precision", "recall", "f1"):
        name = f"dev_{ratio}.chemicals.Chemical"
        assert figures[name] == pytest.approx(best[name], rel=1e-4)
    assert figures["dev_recall.chemicals.Chemical"] > 80
    facts = json.loads((LAYOUT.model("a") / "training.json").read_text())
    assert facts["settings"]["sources"] == ["chemicals", "diseases"]
    assert facts["data"]["diseases"]["spans/train"] == corpora["diseases"].digests()["spans/train"]
    assert times.keys().isdisjoint(facts["figures"])
    of_run = read_run(LAYOUT.model("a"))
    assert of_run["figures"] == times
    assert sum(of_run["epochs"]["seconds"]) == pytest.approx(times["seconds"], abs=0.1)
    assert of_run["environment"]["git_commit"]
    machine = json.loads((report / "machine.json").read_text())
    assert machine.items() < facts["environment"].items()
    assert not LAYOUT.checkpoints("a").exists()


def test_a_training_goes_on_from_a_trained_model(tiny_encoder: Path, corpora: Corpora) -> None:
    long = settings(tiny_encoder, epochs=20, batch_size=1)
    train_experiment("a", long, LAYOUT, corpora)
    reference = str(LAYOUT.model("a"))
    # So little that nothing could be learned anew.
    short = settings(tiny_encoder, epochs=1, learning_rate=1e-6, start_from=reference)
    figures = train_experiment("b", short, LAYOUT, corpora, starting_model(reference))
    assert figures["dev_micro_f1"] > 90
    start = training_facts(LAYOUT.model("b"))["start"]
    assert start["experiment"] == "a"
    assert start["sources"] == ["chemicals", "diseases"]
    assert start["seconds"] > 0
    assert start["environment"]["git_commit"]
    assert len(start["weights"]) == 64
    assert start["start"] is None


@pytest.mark.fault(
    "two processes train the same model at once",
    before="wrong weights, with status 0",
    now="the second one stops at once, and names the first",
)
def test_two_processes_do_not_train_the_same_model(tiny_encoder: Path, corpora: Corpora) -> None:
    with (
        hold(Path(), f"train@{LAYOUT.suite}@a", doing="is training models/a"),
        pytest.raises(InputError, match=r"another process, number \d+, is training"),
    ):
        train_experiment("a", settings(tiny_encoder), LAYOUT, corpora)
    assert not LAYOUT.checkpoints("a").exists()


def test_types_that_are_hardly_learned_are_named(
    tiny_encoder: Path,
    corpora: Corpora,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rarely_found, "LEAST_MENTIONS", 1)  # the dev sets are tiny
    nothing = settings(tiny_encoder, learning_rate=1e-9, encoder_learning_rate=0)
    train_experiment("a", nothing, LAYOUT, corpora)
    warnings = [text for text in caplog.messages if "hardly finds some types on dev" in text]
    assert [text.split(" hardly")[0] for text in warnings] == [
        "After epoch 2, the model",
        "The trained model, of epoch 1,",
    ]
    assert all("mentions of Chemical in chemicals" in text for text in warnings)
    shown = capsys.readouterr().err
    assert shown.count("chemicals: Chemical P") == shown.count("diseases: Disease P") == 3


@pytest.mark.fault(
    "training is killed within an epoch, and while a checkpoint is written",
    before="the same weights",
    now="the same weights",
)
def test_an_interrupted_run_ends_like_one_without_interruption(
    tiny_encoder: Path, corpora: Corpora, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = train_experiment("whole", settings(tiny_encoder), LAYOUT, corpora)

    with monkeypatch.context() as patch:
        patch.setattr(run, "Progress", cut_after(8))  # within the third epoch
        with pytest.raises(PowerCutError):
            train_experiment("cut", settings(tiny_encoder), LAYOUT, corpora)
    assert not LAYOUT.model("cut").exists()
    halfway = LAYOUT.checkpoints("cut") / "model/checkpoint-999"
    halfway.mkdir()
    (halfway / "model.safetensors").write_bytes(b"cut short")
    resumed = train_experiment("cut", settings(tiny_encoder), LAYOUT, corpora)
    assert {k: v for k, v in resumed.items() if k not in VOLATILE} == {
        k: v for k, v in undisturbed.items() if k not in VOLATILE
    }
    whole, cut = weights("whole"), weights("cut")
    assert all((whole[name] == cut[name]).all() for name in whole)


def test_the_same_training_elsewhere_leaves_the_same_files(
    tiny_encoder: Path, corpora: Corpora, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_experiment("a", settings(tiny_encoder), LAYOUT, corpora)
    here = tmp_path / LAYOUT.model("a")
    elsewhere = tmp_path / "deep" / "er"
    data = shutil.copytree(corpora["chemicals"].root, elsewhere / "tables")
    monkeypatch.chdir(elsewhere)
    copies = {name: Corpus(data, name) for name in corpora}
    train_experiment("a", settings(tiny_encoder), LAYOUT, copies)
    assert contents(here) == contents(elsewhere / LAYOUT.model("a"))
    reports = [root / LAYOUT.training_report("a") for root in (tmp_path, elsewhere)]
    assert contents(reports[0]) == contents(reports[1])


class CutAtTheEnd(TimedCheckpoints):
    """Ends the run when its last checkpoint is saved."""

    def on_save(self, args, state, control, **kwargs):
        if state.global_step == state.max_steps:
            raise PowerCutError


@pytest.mark.fault(
    "training is killed after its last checkpoint",
    before="tokenizer.json differed from that of an undisturbed run, and so the model's digest",
    now="the same bytes, whatever the clock says in between",
)
def test_a_run_killed_after_its_last_checkpoint_leaves_the_same_files(
    tiny_encoder: Path, corpora: Corpora, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tiny_encoder / "tokenizer.json"
    cut = json.loads(file.read_text(encoding="utf-8"))
    cut["truncation"] = {"direction": "Right", "max_length": 128, "strategy": "LongestFirst",
                         "stride": 0}  # fmt: skip
    encoder = shutil.copytree(tiny_encoder, Path("encoder"))
    (encoder / file.name).write_text(json.dumps(cut), encoding="utf-8")
    short = settings(encoder, epochs=2)
    train_experiment("whole", short, LAYOUT, corpora)
    with monkeypatch.context() as patch:
        patch.setattr(run, "TimedCheckpoints", CutAtTheEnd)
        jumps = itertools.cycle((-86_400, 86_400, 0))
        now = time.time
        patch.setattr(time, "time", lambda: now() + next(jumps))
        with pytest.raises(PowerCutError):
            train_experiment("cut", short, LAYOUT, corpora)
    train_experiment("cut", short, LAYOUT, corpora)
    whole, resumed = (contents(LAYOUT.model(name)) for name in ("whole", "cut"))
    for facts in (whole, resumed):
        del facts["training.json"]  # holds the name of the run
    assert whole == resumed
    assert json.loads(whole["tokenizer.json"])["truncation"] is None


@pytest.mark.fault(
    "training is killed within a long epoch",
    before="the same weights",
    now="the same weights, from a checkpoint within the epoch",
)
def test_a_long_epoch_is_not_lost(
    tiny_encoder: Path, corpora: Corpora, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With dropout, whose random numbers go on where they were."""
    chancy = settings(tiny_encoder, latent_dropout=0.2, input_dropout=0.1)
    undisturbed = train_experiment("whole", chancy, LAYOUT, corpora)
    with monkeypatch.context() as patch:
        patch.setattr(run, "TimedCheckpoints", lambda: TimedCheckpoints(seconds=0))
        patch.setattr(run, "Progress", cut_after(6))
        with pytest.raises(PowerCutError):
            train_experiment("cut", chancy, LAYOUT, corpora)
    # An epoch has 4 steps.
    assert "checkpoint-5" in {f.name for f in (LAYOUT.checkpoints("cut") / "model").iterdir()}
    resumed = train_experiment("cut", chancy, LAYOUT, corpora)
    assert resumed["best_epoch"] == undisturbed["best_epoch"]
    whole, cut = weights("whole"), weights("cut")
    assert all((whole[name] == cut[name]).all() for name in whole)


def test_patience_is_not_renewed_by_an_interruption(
    tiny_encoder: Path, corpora: Corpora, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = settings(
        tiny_encoder, learning_rate=1e-9, encoder_learning_rate=0, epochs=9, patience=3
    )
    with monkeypatch.context() as patch:
        patch.setattr(run, "Progress", cut_after(13))  # in the fourth epoch
        with pytest.raises(PowerCutError):
            train_experiment("still", still, LAYOUT, corpora)
    assert train_experiment("still", still, LAYOUT, corpora)["epochs"] == 4


def test_a_run_that_patience_ended_does_not_go_on(
    tiny_encoder: Path, corpora: Corpora, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = settings(
        tiny_encoder, learning_rate=1e-9, encoder_learning_rate=0, epochs=9, patience=2
    )

    class Cut(TimedCheckpoints):
        def on_save(self, args, state, control, **kwargs):
            if control.should_training_stop:
                raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(run, "TimedCheckpoints", Cut)
        with pytest.raises(PowerCutError):
            train_experiment("still", still, LAYOUT, corpora)
    undisturbed = train_experiment("whole", still, LAYOUT, corpora)
    resumed = train_experiment("still", still, LAYOUT, corpora)
    for name in undisturbed.keys() - VOLATILE:
        assert resumed[name] == undisturbed[name], name
    before, after = weights("whole"), weights("still")
    assert all((before[name] == after[name]).all() for name in before)


def test_a_loss_that_is_not_finite_ends_the_run(tiny_encoder: Path, corpora: Corpora) -> None:
    wild = settings(tiny_encoder, learning_rate=1e30)
    with pytest.raises(SruNerError, match=r"loss is nan at step[^→]*→ lower learning_rate"):
        train_experiment("wild", wild, LAYOUT, corpora)


def test_a_frozen_encoder_stays_as_it_was(tiny_encoder: Path, corpora: Corpora) -> None:
    frozen = settings(tiny_encoder, encoder_learning_rate=0, epochs=1)
    train_experiment("frozen", frozen, LAYOUT, corpora)
    before = load_file(tiny_encoder / "model.safetensors")
    after = weights("frozen")
    for name, value in before.items():
        if not name.startswith("pooler"):
            assert (after[f"encoder.{name}"] == value).all()


def test_patience_ends_a_run_that_gets_no_better(tiny_encoder: Path, corpora: Corpora) -> None:
    still = settings(
        tiny_encoder, learning_rate=1e-9, encoder_learning_rate=0, epochs=9, patience=2
    )
    assert train_experiment("still", still, LAYOUT, corpora)["epochs"] == 3


def test_an_unknown_source_lists_the_known_ones(tiny_encoder: Path, harmonized: Path) -> None:
    genes = {"genes": Corpus(harmonized, "genes")}
    with pytest.raises(UnknownNameError, match="chemicals, diseases"):
        train_experiment("x", settings(tiny_encoder, sources=["genes"]), LAYOUT, genes)


def test_a_missing_encoder_is_named(corpora: Corpora, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no config\.json"):
        train_experiment("x", settings(tmp_path), LAYOUT, corpora)


def test_excluded_documents_are_not_trained_on(tiny_encoder: Path, corpora: Corpora) -> None:
    chemicals = corpora["chemicals"]
    documents = chemicals.split("train").table("documents")["document_id"].to_pylist()
    fewer = {**corpora, "chemicals": chemicals.without({"train": documents[1:]})}
    short = settings(tiny_encoder, epochs=1)
    figures = train_experiment("left", short, LAYOUT, fewer)
    assert (figures["sequences"], figures["excluded_documents"]) == (11, 17)
    facts = json.loads((LAYOUT.model("left") / "training.json").read_text())
    assert facts["excluded"] == {"chemicals.train": 17}


def test_a_model_can_be_trained_on_dev(
    tiny_encoder: Path, corpora: Corpora, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = settings(tiny_encoder, epochs=3, patience=1, train_with_dev=True)
    without = train_experiment("without", settings(tiny_encoder, epochs=1), LAYOUT, corpora)
    figures = train_experiment("with", both, LAYOUT, corpora)
    sentences = {
        split: sum(len(corpora[s].split(split).sentences()) for s in both.sources)
        for split in ("train", "dev")
    }
    assert without["sequences"] == sentences["train"]
    assert figures["sequences"] == sentences["train"] + sentences["dev"]
    # Nothing chooses an epoch or ends the run.
    assert (figures["best_epoch"], figures["epochs"]) == (3, 3)
    assert not [name for name in figures if name.startswith("dev_")]
    curves = pd.read_csv(LAYOUT.training_report("with") / "curves.csv")
    assert list(curves["epoch"]) == [1, 2, 3]
    assert curves["dev_micro_f1"].isna().all()
    assert curves["learning_rate"].iloc[-1] < curves["learning_rate"].iloc[0]

    with monkeypatch.context() as patch:
        patch.setattr(run, "Progress", cut_after(8))
        with pytest.raises(PowerCutError):
            train_experiment("cut", both, LAYOUT, corpora)
    train_experiment("cut", both, LAYOUT, corpora)
    kept, resumed = weights("with"), weights("cut")
    assert all((kept[name] == resumed[name]).all() for name in kept)
