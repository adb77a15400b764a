import httpx
import pytest
import yaml

from flows import pipeline as module
from flows import suite_run as suite_run_module
from flows import summary
from flows.corpora import fetch, worth_another_try
from flows.dvc_stage import run_stage
from flows.pipeline import main, pipeline
from flows.stages import ROOT
from flows.train import train_model
from sru_ner.errors import InputError


def test_unknown_suite_is_a_message_not_a_traceback(monkeypatch):
    monkeypatch.setattr("sys.argv", ["flows.pipeline", "--suite", "nothing"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert "there is no suite 'nothing'" in str(caught.value)


def test_downloads_are_tried_again_and_nothing_else(monkeypatch):
    assert fetch.retries == 3
    assert run_stage.retries == train_model.retries == 0
    monkeypatch.delenv("SRU_NER_OFFLINE", raising=False)
    assert worth_another_try(None, None, None)
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")
    assert not worth_another_try(None, None, None)


def test_trainings_can_be_limited_to_one_at_a_time():
    assert "training" in train_model.tags
    assert "training" not in run_stage.tags


def test_parts_run_in_order_with_the_suite_of_the_parameters(monkeypatch):
    called = []

    def part(name):
        def run(*arguments, **options):
            called.append((name, *arguments))
            return []

        return run

    for name in ("corpora", "harmonize", "train", "evaluate", "assess", "judgements"):
        monkeypatch.setattr(module, name, part(name))
    monkeypatch.setattr(suite_run_module, "stale_stages", lambda suite: set())
    monkeypatch.setattr(suite_run_module, "run_stages", part("run_stages"))
    pipeline.fn(None, concurrency=2)
    assert called == [
        ("corpora", "demo"),
        ("harmonize", "demo"),
        ("train", "demo", 2),
        ("evaluate", "demo", 2),
        ("assess", "demo"),
        ("judgements", "demo"),
        ("run_stages", []),
    ]


def test_every_flow_is_deployed():
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    entrypoints = {deployment["entrypoint"] for deployment in deployments}
    flows = {path for path in ROOT.glob("flows/*.py") if "\n@flow(" in path.read_text()}
    assert entrypoints == {f"flows/{path.name}:{path.stem}" for path in flows}


def test_table_of_results_is_printed(monkeypatch, capsys):
    rows = [{"trained \\ tested": "alone", "chemicals": "75.4"}]
    monkeypatch.setattr(summary, "matrix_rows", lambda params: rows)
    summary.show(suite_run_module.use_suite(None), [{"stage": "report", "outcome": "ran"}] * 2)
    printed = capsys.readouterr().out
    for expected in ("75.4", "2 ran", "evaluation/index.html", "make mlflow", "sru-ner annotate"):
        assert expected in printed


def test_corpora_that_are_not_available_are_named_before_anything_is_started(monkeypatch):
    def refuse(params):
        raise InputError("these corpora are not available")

    monkeypatch.setattr("sys.argv", ["flows.pipeline"])
    monkeypatch.setattr(
        suite_run_module, "stale_stages", lambda suite: {"suites/demo/dvc.yaml:report"}
    )
    monkeypatch.setattr(module, "check_available", refuse)
    monkeypatch.setattr(module, "pipeline", lambda *arguments: pytest.fail("it was started"))
    with pytest.raises(SystemExit, match="not available"):
        main()


@pytest.mark.fault(
    "Prefect's server is killed while a pipeline runs",
    before="the stage that runs is completed, then a traceback",
    now="the same, with a line at the end; run again, the pipeline goes on",
)
def test_a_server_that_is_gone_is_told_in_a_line(monkeypatch):
    def lose(*arguments):
        httpx.post("http://127.0.0.1:9/api/flow_runs", trust_env=False)  # nobody listens there

    monkeypatch.setattr("sys.argv", ["flows.pipeline"])
    monkeypatch.setattr(
        suite_run_module, "stale_stages", lambda suite: {"suites/demo/dvc.yaml:report"}
    )
    monkeypatch.setattr(module, "check_available", lambda params: None)
    monkeypatch.setattr(module, "pipeline", lose)
    with pytest.raises(SystemExit, match=r"server does not answer.*\n  → start it again"):
        main()


def test_nothing_is_started_where_nothing_has_changed(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["flows.pipeline"])
    monkeypatch.setattr(summary, "matrix_rows", lambda params: [{"trained": "alone"}])
    monkeypatch.setattr(module, "pipeline", lambda *arguments: pytest.fail("it was started"))
    monkeypatch.setattr(suite_run_module, "stale_stages", lambda suite: set())
    main()
    assert "All stages were up to date." in capsys.readouterr().out
