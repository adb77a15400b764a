"""Which stages of a suite are out of date: one question to DVC for all of them."""

import json
import subprocess
import sys

from flows.dvc_stage import StageFailedError
from flows.stages import ROOT
from sru_ner.layout import SuiteLayout


def stale_stages(suite: str) -> set[str]:
    """Return the names of the stages of a suite, and of its corpora, that are out of date.

    A stage whose dependencies are made anew by another one may become stale later. Raises
    `StageFailedError` with DVC's message.
    """
    target = str(SuiteLayout(suite).dvc_file)
    command = [sys.executable, "-m", "dvc", "status", "--json", "--with-deps", target]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        raise StageFailedError(f"DVC cannot read the stages of {target}:\n{done.stderr.strip()}")
    return set(json.loads(done.stdout))
