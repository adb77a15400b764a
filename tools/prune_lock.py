"""Remove stages that do not exist from all `dvc.lock` files: `python -m tools.prune_lock`.

DVC keeps a stage in `dvc.lock` when its experiment or corpus is no longer in `params.yaml`.
"""

import re
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from sru_ner.files import write_text
from sru_ner.rendering.amounts import counted

ROOT = Path(__file__).resolve().parents[1]
_STAGE = re.compile(r"^  (?P<name>\S+):\n(?:^(?:    .*)?\n)*", re.MULTILINE)
"""A stage in the form that DVC writes: its name, then its lines, further to the right."""


def lock_files(root: Path = ROOT) -> list[Path]:
    """List the lock files of a project."""
    return sorted([*root.glob("data/dvc.lock"), *root.glob("suites/*/dvc.lock")])


def existing_stages(folder: Path) -> list[str]:
    """List the stages of the dvc.yaml in a folder, as DVC names them there."""
    command = [sys.executable, "-m", "dvc", "stage", "list", "--name-only"]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.split()


def locked_stages(lock: str) -> list[str]:
    """List the stages in the text of a dvc.lock."""
    return [found["name"] for found in _STAGE.finditer(lock)]


def pruned(lock: str, existing: Collection[str]) -> str:
    """Return the text of a dvc.lock without the stages that do not exist."""
    return _STAGE.sub(lambda found: found[0] if found["name"] in existing else "", lock)


def main() -> None:
    """Rewrite the lock files, and print how many stages were removed."""
    for path in lock_files():
        before = path.read_text(encoding="utf-8")
        after = pruned(before, existing_stages(path.parent))
        write_text(path, after)
        removed = len(locked_stages(before)) - len(locked_stages(after))
        print(f"{path.relative_to(ROOT)}: {counted(removed, 'stage')} removed")


if __name__ == "__main__":
    main()
