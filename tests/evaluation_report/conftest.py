"""The small suite with another tool's row."""

import json
import shutil
from pathlib import Path

import pytest

from sru_ner.settings.params import Params

SPANS = [[14, 29, "Disease"], [8, 13, "Disease"]]
"""What the tool marks in each document: `severe headache`, and `cures`, wrongly. No scores."""


@pytest.fixture(scope="session")
def tool_suite(small_suite) -> Params:
    """The suite and `tool`, run on `dis` only; what it learned from is not known."""
    given = {"folder": "predictions", "files": {"dis": "dis.jsonl"}}
    tools = small_suite.evaluate.model_validate(
        {**small_suite.evaluate.model_dump(), "predictions": {"tool": given}}
    )
    return small_suite.model_copy(update={"evaluate": tools})


@pytest.fixture(scope="session")
def tool_decisions(tmp_path_factory, suite_data, tool_suite) -> Path:
    """Decisions of all three, from the file that the tool wrote on."""
    from sru_ner.corpora.incidents import Incidents
    from sru_ner.dataset.corpus import Corpus
    from sru_ner.decisions.table import write_decisions
    from sru_ner.predictions.tool import evaluate_tool

    folder = tmp_path_factory.mktemp("tool")
    texts = Corpus(suite_data / "harmonized", "dis").split("test").table("documents").to_pylist()
    lines = [{"id": t["document_id"], "text": t["text"], "spans": SPANS} for t in texts]
    (folder / "dis.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    given = tool_suite.evaluate.predictions["tool"].model_copy(update={"folder": str(folder)})
    settings = tool_suite.evaluate.model_copy(update={"predictions": {"tool": given}})
    shutil.copytree(suite_data / "decisions", folder / "decisions")
    decisions = evaluate_tool("tool", settings, Incidents(), harmonized=suite_data / "harmonized")
    write_decisions(folder / "decisions/tool.parquet", decisions, tested=settings.tested)
    return folder / "decisions"


@pytest.fixture(scope="session")
def tool_findings(tool_suite, tool_decisions, findings_of):
    """Everything about it."""
    return findings_of(tool_suite, tool_decisions)


@pytest.fixture(scope="session")
def tool_report(tmp_path_factory, tool_suite, tool_findings) -> Path:
    """The report on it."""
    return _reported(tmp_path_factory, tool_suite, tool_findings)


@pytest.fixture(scope="session")
def absent_suite(tool_suite) -> Params:
    """The suite with `tool`, which may be absent, and `missing_tool`, whose files are not there."""
    tool = tool_suite.evaluate.predictions["tool"].model_copy(update={"optional": True})
    missing = tool.model_copy(update={"folder": "nowhere"})
    tools = {"missing_tool": missing, "tool": tool}
    evaluate = tool_suite.evaluate.model_copy(update={"predictions": tools})
    return tool_suite.model_copy(update={"evaluate": evaluate})


@pytest.fixture(scope="session")
def absent_findings(tmp_path_factory, suite_data, absent_suite, tool_decisions, findings_of):
    """Everything about it, with the decisions that are written if a tool's files are missing."""
    from sru_ner.corpora.incidents import Incidents
    from sru_ner.decisions.table import write_decisions
    from sru_ner.predictions.tool import evaluate_tool

    folder = tmp_path_factory.mktemp("absent") / "decisions"
    shutil.copytree(tool_decisions, folder)
    settings = absent_suite.evaluate
    nothing = evaluate_tool(
        "missing_tool", settings, Incidents(), harmonized=suite_data / "harmonized"
    )
    write_decisions(folder / "missing_tool.parquet", nothing, tested=settings.tested)
    return findings_of(absent_suite, folder)


@pytest.fixture(scope="session")
def dropped_report(tmp_path_factory, tool_suite, tool_decisions, findings_of) -> Path:
    """The same where `wide` is not scored on `d0` of `dis`, which it learned from."""
    settings = tool_suite.evaluate.model_copy(update={"leakage": "drop_test"})
    suite = tool_suite.model_copy(update={"evaluate": settings})
    return _reported(tmp_path_factory, suite, findings_of(suite, tool_decisions))


def _reported(tmp_path_factory, suite, findings) -> Path:
    from sru_ner.evaluation_report.report import write_report

    folder = tmp_path_factory.mktemp("report") / "evaluation"
    write_report(folder, folder.parent / "data", findings, suite, training={})
    return folder
