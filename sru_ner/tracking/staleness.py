"""Checks that the models of a suite are those that its settings, data and code make now."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sru_ner.errors import InputError
from sru_ner.settings.sections import WITHOUT_INFLUENCE, ExperimentSettings

_MOST_NAMED = 4


def check_model(
    model: Path,
    facts: Mapping[str, Any],
    settings: ExperimentSettings,
    manifest: Mapping[str, Any],
    *,
    remedy: str,
) -> None:
    """Raise `InputError` if a model was trained with other settings or on other data.

    facts: content of the model's `training.json`. settings: of its experiment, in `params.yaml`.
    manifest: of the experiment. remedy: what makes the model anew.
    """
    before, now = facts.get("settings", {}), settings.model_dump(mode="json")
    changed = [
        f"{key} was {before.get(key)}, is {value}"
        for key, value in now.items()
        if before.get(key) != value and key not in WITHOUT_INFLUENCE
    ]
    learned = facts.get("data", {})
    changed += [
        f"the {split} split of {source} is another"
        for source, content in manifest["sources"].items()
        for split, described in content["splits"].items()
        for table, digest in described.get("sha256", {}).items()
        if learned.get(source, {}).get(f"{table}/{split}") != digest
    ]
    if changed:
        shown = "; ".join(dict.fromkeys(changed[:_MOST_NAMED]))
        raise InputError(
            f"the model is of another training than `params.yaml` asks for: {shown}",
            path=model,
            remedy=remedy,
        )


def check_stages(root: Path, stages: Iterable[str]) -> None:
    """Raise `InputError` if DVC says that stages of the project in `root` are out of date.

    A project without these stages, or an installation without DVC, is not checked.
    """
    command = [sys.executable, "-m", "dvc", "status", "--json", *stages]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    try:
        found = dict(json.loads(done.stdout))
    except ValueError:
        return
    for stage, reasons in found.items():
        changed = [
            f"{path} is {how}"
            for reason in reasons
            if isinstance(reason, dict)
            for kind in ("changed deps", "changed outs")
            for path, how in reason.get(kind, {}).items()
            if isinstance(how, str)
        ]
        if changed:
            raise InputError(
                f"the stage {stage} is out of date: {'; '.join(changed[:_MOST_NAMED])}",
                path=root / stage.partition(":")[0],
                remedy=f"run `dvc repro {stage}`",
            )
