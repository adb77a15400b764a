"""The folder of a suite in a project."""

import os
from pathlib import Path

from sru_ner.layout import SUITES, SuiteLayout

STAGES = SUITES / "stages.yaml"
"""The stages of all suites, to which the `dvc.yaml` of each is a link."""


def link_stages(project: Path, suite: str) -> None:
    """Give a suite the stages of all suites, unless it has its own `dvc.yaml`."""
    link = SuiteLayout(suite, project).dvc_file
    if not link.exists():
        link.unlink(missing_ok=True)  # a link to nothing
        link.symlink_to(os.path.relpath(project / STAGES, link.parent))
