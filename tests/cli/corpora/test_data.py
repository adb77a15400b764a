"""`sru-ner corpora leakage` and `report` on two small corpora."""

import pytest
import yaml
from typer.testing import CliRunner

from sru_ner.cli.main import app
from sru_ner.errors import InputError
from sru_ner.leakage.pairs import read_leakage


def run(*arguments):
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    params = {
        "suite": "small",
        "corpora": ["chemicals", "diseases"],
        "harmonize": {},
        "train": {},
        "experiments": {"both": {"sources": ["chemicals", "diseases"]}},
        "evaluate": {"tested": ["diseases"]},
        "assess": {"experiment": "both"},
        "register": {"candidate": "both"},
    }
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params))
    return tmp_path


def test_leakage_of_a_suite(project, harmonized):
    result = run("corpora", "leakage", "--harmonized", str(harmonized))
    assert result.exit_code == 0, result.output
    found = read_leakage(project / "data/leakage/small")
    assert found.sources == ["chemicals", "diseases"]
    names = sorted(path.name for path in (project / "reports/small/leakage").iterdir())
    assert names == ["leakage.csv", "leakage.md", "leakage.png"]


def test_report_without_corpora(project):
    result = run("corpora", "report")
    assert isinstance(result.exception, InputError)
    assert "sru-ner harmonize" in str(result.exception)
