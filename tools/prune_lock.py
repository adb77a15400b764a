"""Remove stages that do not exist from dvc.lock: `python -m tools.prune_lock`.

DVC keeps the stages of every suite that was run, and those that dvc.yaml no longer has. Before
dvc.lock is committed, run this with the committed params.yaml, which holds the suite `demo`.
"""

import re
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from sru_ner.files import write_text
from sru_ner.rendering.amounts import counted

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "dvc.lock"
_STAGE = re.compile(r"^  (?P<name>\S+):\n(?:^(?:    .*)?\n)*", re.MULTILINE)
"""A stage in the form that DVC writes: its name, then its lines, further to the right."""


def existing_stages() -> list[str]:
    """List the stages of dvc.yaml with the parameters in params.yaml, as DVC names them."""
    command = [sys.executable, "-m", "dvc", "stage", "list", "--name-only"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.split()


def locked_stages(lock: str) -> list[str]:
    """List the stages in the text of a dvc.lock."""
    return [found["name"] for found in _STAGE.finditer(lock)]


def pruned(lock: str, existing: Collection[str]) -> str:
    """Return the text of a dvc.lock without the stages that do not exist."""
    return _STAGE.sub(lambda found: found[0] if found["name"] in existing else "", lock)


def main() -> None:
    """Rewrite dvc.lock, and print how many stages were removed."""
    before = LOCK.read_text(encoding="utf-8")
    after = pruned(before, existing_stages())
    write_text(LOCK, after)
    print(f"{counted(len(locked_stages(before)) - len(locked_stages(after)), 'stage')} removed")


if __name__ == "__main__":
    main()
