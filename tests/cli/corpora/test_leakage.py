import pytest

from sru_ner.leakage.pairs import read_leakage
from tests.suite_files import write_suite


@pytest.fixture
def project(tmp_path):
    """A folder with the parameters of a suite of two corpora."""
    params = {
        "suite": "small",
        "corpora": ["chemicals", "diseases"],
        "train": {},
        "experiments": {"both": {"sources": ["chemicals", "diseases"]}},
        "evaluate": {"tested": ["diseases"]},
        "assess": {"experiment": "both"},
        "register": {"candidate": "both"},
    }
    write_suite(tmp_path, params)
    return tmp_path


def test_leakage_of_a_suite(call, project, harmonized):
    said = call("corpora", "leakage", "--harmonized", str(harmonized))
    assert said.endswith("of documents: reports/small/leakage/leakage.md\n")
    found = read_leakage(project / "data/leakage/small")
    assert found.sources == ["chemicals", "diseases"]
    names = sorted(path.name for path in (project / "reports/small/leakage").iterdir())
    assert names == ["leakage.csv", "leakage.md", "leakage.png"]
