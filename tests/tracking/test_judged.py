import json

import pytest

from sru_ner.errors import InputError, UnknownNameError


def share(value):
    return {"value": value, "low": value - 0.1, "high": value + 0.1}


def row(model, part="all", name="", strict=0.8):
    return {
        "model": model, "part": part, "name": name, "judged": 40,
        "strict": share(strict), "lenient": share(0.85),
    }  # fmt: skip


@pytest.fixture
def report(tmp_path):
    def write(*rows):
        values = {"precision": rows, "agreement": [{"alpha": share(0.6)}]}
        (tmp_path / "report").mkdir(exist_ok=True)
        (tmp_path / "report/metrics.json").write_text(json.dumps(values))
        return tmp_path / "report"

    return write


def test_metrics_are_those_of_the_named_model(report):
    from sru_ner.tracking.judged import judged_metrics

    folder = report(row("m"), row("n", strict=0.5), row("n", "type", "Cell:line", 0.4))
    found = judged_metrics(folder, "n")
    assert found["judged.strict"] == 0.5
    assert found["judged.strict_low"] == 0.4
    assert found["judged.Cell_line.strict"] == 0.4
    assert (found["judged.items"], found["judged.alpha"]) == (40, 0.6)
    with pytest.raises(InputError, match="the report is on 2 models"):
        judged_metrics(folder)
    with pytest.raises(UnknownNameError, match="no judged model 'x'"):
        judged_metrics(folder, "x")
    with pytest.raises(InputError, match="nothing was judged"):
        judged_metrics(report())
    (folder / "metrics.json").write_text('{"a": 1}')
    with pytest.raises(InputError, match="no report on judgements"):
        judged_metrics(folder)


@pytest.mark.pipeline
def test_a_version_gets_metrics_tags_and_the_report(report, tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from sru_ner.cli.main import app
    from sru_ner.registry.client import open_client
    from sru_ner.registry.store import open_experiment

    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dvc.yaml").write_text("stages: {}\n")
    experiment = open_experiment(tmp_path, "test", "")
    client = open_client(tmp_path)
    run = client.create_run(experiment)
    client.create_registered_model("my-ner")
    client.create_model_version("my-ner", "nowhere", run.info.run_id)
    client.set_registered_model_alias("my-ner", "candidate", "1")
    folder = report(row("m"), row("m", "type", "Gene", 0.7))
    result = CliRunner().invoke(app, ["judge", "log", str(folder), "my-ner@candidate"])
    assert result.exit_code == 0, result.output
    assert "judged.strict 0.8000" in result.output
    assert client.get_run(run.info.run_id).data.metrics["judged.Gene.strict"] == 0.7
    tags = client.get_model_version("my-ner", "1").tags
    assert tags["judged.strict"] == "0.8000"
    (logged,) = client.list_artifacts(run.info.run_id, "judgements")
    assert logged.path == "judgements/metrics.json"
