"""The parameter files of a project with one suite."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from sru_ner.layout import SuiteLayout


def write_suite(project: Path, params: Mapping[str, Any]) -> Path:
    """Write the parameters of a suite, which the project takes by default; return their file."""
    path = SuiteLayout(params["suite"], project).params
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(dict(params), sort_keys=False), encoding="utf-8")
    (project / "params.yaml").write_text(f"suite: {params['suite']}\n", encoding="utf-8")
    return path
