"""The names under which DVC knows the stages of the corpora and of a suite."""

from pathlib import Path

from sru_ner.layout import DATA_PARAMS, SuiteLayout

ROOT = Path(__file__).resolve().parent.parent
"""The project's root folder."""

_DATA = DATA_PARAMS.with_name("dvc.yaml")


def data_stage(name: str) -> str:
    """Return the name of a stage that all suites share, such as `corpora@bc5cdr`."""
    return f"{_DATA}:{name}"


def suite_stage(suite: str, name: str) -> str:
    """Return the name of a stage of a suite, such as `train@together`."""
    return f"{SuiteLayout(suite).dvc_file}:{name}"


def short_name(stage: str) -> str:
    """Return the name of a stage in its own file."""
    return stage.rpartition(":")[2]
