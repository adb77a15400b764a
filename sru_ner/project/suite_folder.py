"""The folders of a suite in a project: of its parameters and stages, and of verdicts."""

import os
from pathlib import Path

from sru_ner.files import write_text
from sru_ner.layout import SUITES, SuiteLayout

STAGES = SUITES / "stages.yaml"
"""The stages of all suites, to which the `dvc.yaml` of each is a link."""


def link_stages(project: Path, suite: str) -> None:
    """Give a suite the stages of all suites, unless it has its own `dvc.yaml`.

    One of these depends on the folder of what people judged, which has to exist.
    """
    layout = SuiteLayout(suite, project)
    kept = layout.verdicts / ".gitkeep"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_text(kept, "")
    link = layout.dvc_file
    if not link.exists():
        link.unlink(missing_ok=True)  # a link to nothing
        link.symlink_to(os.path.relpath(project / STAGES, link.parent))
