"""What tools that run commands of this project share: the call, and where it was made."""

import re
import subprocess
import sys
from pathlib import Path

import torch

from sru_ner.environment.machine import describe_environment
from sru_ner.rendering.amounts import counted


def run(folder: Path, *words: str) -> None:
    """Run a module of this project in the folder; end with its status if it fails."""
    print("+", *words, flush=True)
    done = subprocess.run([sys.executable, "-m", *words], cwd=folder, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def machine_and_commit() -> str:
    """Return the processor, the number of threads and the commit, for the head of a report."""
    machine = describe_environment(torch.device("cpu"))
    commit = machine["git_commit"][:7] + (" with changes" if machine["git_dirty"] else "")
    processor = re.sub(r"\s+", " ", machine["device"])
    return f"{processor}, {counted(machine['threads'], 'thread')}, commit {commit}"
