"""Reads the hashes of data from `data/dvc.lock`."""

from pathlib import Path

import yaml

from sru_ner.layout import DATA_PARAMS


def dvc_hashes(root: Path, source: str) -> dict[str, str]:
    """Return the MD5 of each table of a harmonised source, by path below the project's root.

    Returns nothing for a source that the pipeline did not make.
    """
    folder = DATA_PARAMS.parent
    lock = Path(root, folder, "dvc.lock")
    if not lock.is_file():
        return {}
    stages = yaml.safe_load(lock.read_text(encoding="utf-8")).get("stages") or {}
    outs = stages.get(f"harmonize@{source}", {}).get("outs", [])
    return {
        f"{folder}/{out['path']}": out["md5"] for out in outs if not out["path"].startswith("..")
    }
