"""`evaluate`, `report` and `assess` one after the other, on a corpus and a model made up here."""

import csv
import json
import os
import shutil
import signal
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from sru_ner.cli.main import app
from sru_ner.dataset.schema import SCHEMAS
from sru_ner.dataset.tables import write_table
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.evaluation import trained_model
from sru_ner.files import write_json
from sru_ner.leakage.pairs import write_leakage
from tests.suite_files import write_suite

PARAMS = "suites/demo/params.yaml"

TEXT = "Aspirin cures headache"
WORDS = [(0, 7), (8, 13), (14, 22)]


class Prediction(NamedTuple):
    start: int
    end: int
    label: str
    score: float


def harmonize(root, source, type_, start, end, split="test"):
    """A corpus of one sentence with one mention, and one that words cannot express."""
    place = {"source": source, "split": split, "document_id": "d"}
    spans = [
        {
            **place,
            "sentence_id": 0,
            "span_id": i,
            "start": s,
            "end": e,
            "text": TEXT[s:e],
            "type": type_,
            "source_type": type_,
            "depth": i,
            "crosses_sentence": False,
            "fits_words": fits,
        }
        for i, (s, e, fits) in enumerate([(start, end, True), (start, end - 1, False)])
    ]
    tables = {
        "documents": [{**place, "text": TEXT, "origin": "f:1", "sha256": ""}],
        "sentences": [
            {
                **place,
                "sentence_id": 0,
                "start": 0,
                "end": len(TEXT),
                "words": [{"start": s, "end": e} for s, e in WORDS],
            }
        ],
        "spans": spans,
        "inventories": [
            {
                "source": source,
                "type": type_,
                "source_type": type_,
                "status": "annotated",
                "mentions": {"train": 0, "dev": 0, "test": 2},
                "nested_mentions": 1,
                "examples": [],
                "covers": [],
            }
        ],
    }
    for name, rows in tables.items():
        table = pa.Table.from_pylist(rows, schema=SCHEMAS[name])
        write_table(root, name, table, source, None if name == "inventories" else split)


@pytest.fixture
def project(tmp_path, monkeypatch, leakage_of):
    """A project's root with two corpora and a model that finds everything, everywhere."""
    monkeypatch.chdir(tmp_path)
    for split in ("train", "test"):
        harmonize(tmp_path / "data/harmonized", "chem", "Chemical", 0, 7, split=split)
        harmonize(tmp_path / "data/harmonized", "dis", "Disease", 14, 22, split=split)
    sources = {"chem": {"splits": {}}, "dis": {"splits": {}}}
    write_json(tmp_path / "data/manifests/demo/together.json", {"sources": sources})
    params = {
        "suite": "demo",
        "corpora": ["chem", "dis"],
        "train": {},
        "experiments": {"together": {"sources": ["chem", "dis"]}},
        "evaluate": {"tested": ["dis", "chem"]},
        "assess": {"experiment": "together"},
        "register": {"candidate": "together"},
    }
    write_suite(tmp_path, params)
    # The model learned the only tested document of `dis`, from `chem`.
    leaks = leakage_of([("chem", "train", "1", "dis", "d")], ["chem", "dis"])
    write_leakage(tmp_path / "data/leakage/demo", leaks)
    (tmp_path / "models/demo/together").mkdir(parents=True)
    (tmp_path / "models/demo/together/config.json").touch()
    config = SimpleNamespace(
        labels=["chem$Chemical", "dis$Disease"],
        exclusive=[["Chemical", "Disease"]],
        type_inventories=lambda: {
            "chem": TypeInventory("chem", ("Chemical",)),
            "dis": TypeInventory("dis", ("Disease",)),
        },
    )
    found = [Prediction(0, 1, "chem$Chemical", 0.9), Prediction(2, 3, "dis$Disease", 0.8)]
    model = SimpleNamespace(config=config)
    monkeypatch.setattr(trained_model, "load", lambda folder: (model, None))
    monkeypatch.setattr(
        trained_model,
        "predict_sentences",
        lambda model, tokenizer, sentences, **_: [found for _ in sentences],
    )
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, arguments)


def test_from_a_model_to_the_reports(project):
    result = run("evaluate", "together")
    assert result.exit_code == 0, result.output
    assert "data/decisions/demo/together.parquet" in result.output
    # One right, one that cannot be expressed, nothing wrong: P 100, R 50, F1 66.7.
    assert [line.count("66.7") for line in result.output.splitlines()].count(1) == 2

    result = run("report", "--markdown")
    assert result.exit_code == 0, result.output
    metrics = json.loads((project / "reports/demo/evaluation/metrics.json").read_text())
    assert metrics["together"]["chem"]["micro_f1"] == 0.666667
    assert "| together | 66.7 † 1 | 66.7 |" in result.stdout
    assert (
        result.stdout.strip() == (project / "reports/demo/evaluation/report.md").read_text().strip()
    )
    assert "Aspirin" not in result.stdout
    assert "Aspirin" in (project / "reports/demo/evaluation/index.html").read_text()

    result = run("assess")
    assert result.exit_code == 0, result.output
    assert "2 items to judge" in result.output
    strata = json.loads((project / "reports/demo/assessment/strata.json").read_text())
    assert [s["stratum"] for s in strata["strata"]] == [
        "chem/Disease/0.7-0.9/seen/together",
        "dis/Chemical/0.7-0.9/seen/together",
    ]
    sheet = project / "data/assessment/demo/assessor-1/sheet.csv"
    assert "Aspirin" in sheet.read_text()

    result = run("judgements")
    assert result.exit_code == 0, result.output
    metrics = project / "reports/demo/judgements/metrics.json"
    assert json.loads(metrics.read_text())["precision"] == []
    (project / "verdicts/demo").mkdir(parents=True)
    head, *rows = sheet.read_text().splitlines()
    judged = "\n".join([head, *(row[: -len(",,,,")] + ",correct,,," for row in rows)])
    (project / "verdicts/demo/ada.csv").write_text(judged + "\n")
    result = run("judgements")
    assert "together: precision 100.0" in result.output
    assert json.loads(metrics.read_text())["verdicts"]["ada"]["correct"] == len(rows)


def run_in_child(*arguments, killed_at=0):
    """Run a command in a process, and kill it at one of its writes; return how it ended."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    replace, writes = Path.replace, []

    def counted(self, target):
        writes.append(target)
        if len(writes) == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(self, target)

    Path.replace = counted
    os._exit(run(*arguments).exit_code)


def content_of(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.fault(
    "evaluate, report and assess are killed with SIGKILL at several writes",
    before="not tried",
    now="run again, they give the same bytes, and nothing else is there",
)
def test_stages_that_were_killed_end_with_the_same_bytes(project):
    stages = (["evaluate", "together"], ["report"], ["assess"])
    for stage in stages:
        assert run_in_child(*stage) == 0
    undisturbed = content_of(project)
    for folder in ("reports", "data/decisions", "data/assessment", "data/evaluation"):
        shutil.rmtree(project / folder, ignore_errors=True)
    for stage in stages:
        write = 1
        while (status := run_in_child(*stage, killed_at=write)) != 0:
            assert status == signal.SIGKILL, stage
            write = 4 * write
        assert write > 1, stage
    found = content_of(project)
    assert sorted(found) == sorted(undisturbed)
    assert [name for name in found if found[name] != undisturbed[name]] == []


@pytest.mark.parametrize(("treatment", "f1"), [("mark", 0.666667), ("drop_test", None)])
def test_tested_documents_that_were_learned_can_be_left_out(project, treatment, f1):
    params = yaml.safe_load((project / PARAMS).read_text())
    params["evaluate"]["leakage"] = treatment
    (project / PARAMS).write_text(yaml.safe_dump(params))
    assert run("evaluate", "together").exit_code == 0
    assert run("report").exit_code == 0
    metrics = json.loads((project / "reports/demo/evaluation/metrics.json").read_text())
    assert metrics["together"]["dis"].get("micro_f1") == f1
    assert metrics["together"]["chem"]["micro_f1"] == 0.666667


@pytest.mark.parametrize(
    ("overlaps", "kept"),
    [
        (
            "all",
            {("chem", "Chemical"), ("chem", "Disease"), ("dis", "Chemical"), ("dis", "Disease")},
        ),
        ("exclusive", {("chem", "Chemical"), ("dis", "Disease")}),
        ("flat", {("chem", "Chemical"), ("dis", "Disease")}),
        ({"together": "flat"}, {("chem", "Chemical"), ("dis", "Disease")}),
    ],
)
def test_predictions_that_contradict_each_other_may_be_left_out(
    project, monkeypatch, overlaps, kept
):
    """On each corpus, its own label scores higher; the same words are also given the other."""
    params = yaml.safe_load((project / PARAMS).read_text())
    params["evaluate"]["overlaps"] = overlaps
    (project / PARAMS).write_text(yaml.safe_dump(params))

    def predict(model, tokenizer, sentences, **_):
        own = {"chem": (0, 0.9, 0.7), "dis": (2, 0.7, 0.9)}
        place, chemical, disease = own[next(numbers)]
        found = [
            Prediction(place, place + 1, "chem$Chemical", chemical),
            Prediction(place, place + 1, "dis$Disease", disease),
        ]
        return [found for _ in sentences]

    numbers = iter(["chem", "dis"])
    monkeypatch.setattr(trained_model, "predict_sentences", predict)
    result = run("evaluate", "together")
    assert result.exit_code == 0, result.output
    table = pq.read_table(project / "data/decisions/demo/together.parquet").to_pylist()
    assert {(row["tested"], row["type"]) for row in table if row["predicted"]} == kept


def test_a_model_without_exclusive_types_is_scored_whole(project, caplog):
    params = yaml.safe_load((project / PARAMS).read_text())
    params["evaluate"]["overlaps"] = "exclusive"
    (project / PARAMS).write_text(yaml.safe_dump(params))
    trained_model.load(None)[0].config.exclusive = []
    assert run("evaluate", "together").exit_code == 0
    assert "together has no exclusive types, so all of its predictions count" in caplog.text
    assert len(pq.read_table(project / "data/decisions/demo/together.parquet")) > 0


def tune(project, tuning):
    params = yaml.safe_load((project / PARAMS).read_text())
    params["evaluate"]["thresholds"] = tuning
    (project / PARAMS).write_text(yaml.safe_dump(params))
    # The model's chemical is right and scores 0.9, its disease is wrong and scores 0.8.
    harmonize(project / "data/harmonized", "chem", "Chemical", 0, 7, split="dev")
    harmonize(project / "data/harmonized", "dis", "Disease", 8, 13, split="dev")


def test_thresholds_are_tuned_on_dev_and_applied_to_test(project):
    tune(project, "global")
    result = run("evaluate", "together")
    assert result.exit_code == 0, result.output
    dev = pq.read_table(project / "data/decisions/demo/dev/together.parquet")
    assert set(dev["split"].to_pylist()) == {"dev"}
    assert run("report").exit_code == 0
    report = project / "reports/demo/evaluation"
    found = json.loads((report / "thresholds.json").read_text())["models"]["together"]
    assert found == {"default": pytest.approx(0.85), "types": {}}
    metrics = json.loads((report / "metrics.json").read_text())["together"]
    assert (metrics["chem"]["micro_f1"], metrics["dis"]["micro_f1"]) == (0.666667, 0)
    with (report / "thresholds_effect.csv").open() as file:
        effect = {(r["tested"], r["scope"], r["figure"]): r for r in csv.DictReader(file)}
    row = effect["dis", "common", "micro_f1"]
    assert (row["before"], row["after"]) == ("0.666667", "0.0")


def test_documents_excluded_from_dev_do_not_tune(project):
    tune(project, "global")
    sources = {"chem": {"splits": {"dev": {"excluded": ["d"]}}}, "dis": {"splits": {}}}
    write_json(project / "data/manifests/demo/together.json", {"sources": sources})
    assert run("evaluate", "together").exit_code == 0
    dev = pq.read_table(project / "data/decisions/demo/dev/together.parquet")
    assert set(dev["tested"].to_pylist()) == {"dis"}


def test_without_thresholds_the_manifest_is_not_needed(project):
    (project / "data/manifests/demo/together.json").unlink()
    result = run("evaluate", "together")
    assert result.exit_code == 0, result.output
    assert len(pq.read_table(project / "data/decisions/demo/dev/together.parquet")) == 0


def test_thresholds_that_were_not_asked_for_before_evaluating_are_refused(project):
    assert run("evaluate", "together").exit_code == 0
    tune(project, "per_type")
    with pytest.raises(InputError, match="no decisions on chem, dis"):
        raise run("report").exception


def test_without_leakage_tables_the_report_is_not_made(project):
    shutil.rmtree(project / "data/leakage")
    assert run("evaluate", "together").exit_code == 0
    assert isinstance(run("report").exception, InputError)


def test_a_second_run_changes_no_byte(project):
    def everything():
        for command in (["evaluate", "together"], ["report"], ["assess"]):
            assert run(*command).exit_code == 0
        names = ("reports", "data/decisions", "data/evaluation", "data/assessment")
        folders = [project / name for name in names]
        files = [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
        return {file: file.read_bytes() for file in files}

    assert everything() == everything()


def test_a_model_that_finds_nothing_beyond_the_inventories_gives_an_empty_sample(
    project, monkeypatch
):
    monkeypatch.setattr(
        trained_model, "predict_sentences", lambda model, tokenizer, sentences, **_: [[]] * 1
    )
    assert run("evaluate", "together").exit_code == 0
    result = run("assess")
    assert result.exit_code == 0
    assert "The sample is empty" in result.output


@pytest.mark.parametrize(
    ("command", "error", "says"),
    [
        (["evaluate", "apart"], UnknownNameError, r"there is no experiment 'apart'(.|\n)*together"),
        (["report"], InputError, "run `sru-ner evaluate together`"),
        (["assess"], InputError, "run `sru-ner evaluate together`"),
        (["report", "--params", "absent.yaml"], InputError, r"absent\.yaml"),
    ],
)
def test_what_is_missing_is_named(project, command, error, says):
    result = run(*command)
    assert isinstance(result.exception, error)
    with pytest.raises(error, match=says):
        raise result.exception


def test_a_model_that_is_not_trained_is_named(project):
    (project / "models/demo/together/config.json").unlink()
    with pytest.raises(InputError, match=r"models/demo/together(.|\n)*sru-ner train together"):
        raise run("evaluate", "together").exception
