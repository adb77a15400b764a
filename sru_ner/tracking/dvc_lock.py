"""Reads the hashes of data from `dvc.lock`."""

from pathlib import Path

import yaml


def dvc_hashes(root: Path, source: str) -> dict[str, str]:
    """Return the MD5 of each table of a harmonised source, by path below the project's root.

    Returns nothing for a source that the pipeline did not make.
    """
    lock = Path(root, "dvc.lock")
    if not lock.is_file():
        return {}
    stages = yaml.safe_load(lock.read_text(encoding="utf-8")).get("stages") or {}
    outs = stages.get(f"harmonize@{source}", {}).get("outs", [])
    return {out["path"]: out["md5"] for out in outs if out["path"].startswith("data/")}
