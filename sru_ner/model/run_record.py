"""What differs each time a model is trained, such as times: `run.json` beside the weights.

All other files are the same when the same training runs again. So a rerun changes nothing that git
or DVC keeps: `.dvcignore` leaves this file out of the outputs of a training.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sru_ner.environment.provenance import folder_digest
from sru_ner.files import read_json, write_json
from sru_ner.model.weights import WEIGHTS_FILE, digest_file

RUN_RECORD = "run.json"
"""Name of the file in a model folder."""
_ABOUT = "weights"


def write_run(model: Path, run: Mapping[str, Any]) -> None:
    """Write the record of the run that made the weights of a model folder.

    run: `environment` with the commit, and `figures` with times, as in `training.json`.
    """
    write_json(model / RUN_RECORD, {_ABOUT: _weights(model), **run})


def read_run(model: Path) -> dict[str, Any]:
    """Return the record of the run that made a model's weights; nothing if it is not known.

    It is not known of weights that DVC has brought here, which may replace others. Raises
    `InputError` for a file that is not JSON.
    """
    path = model / RUN_RECORD
    if not path.is_file():
        return {}
    run = dict(read_json(path, remedy="remove the file"))
    about = run.pop(_ABOUT, None)
    return run if about and about == _weights(model) else {}


def with_run(facts: Mapping[str, Any], model: Path) -> dict[str, Any]:
    """Return the content of a model's `training.json` with what is known of its run."""
    run = read_run(model)
    return {**facts, **{name: {**facts.get(name, {}), **own} for name, own in run.items()}}


def trained_digest(model: Path) -> str:
    """Return the SHA-256 over the files of a trained model, but for the record of its run."""
    return folder_digest(model, without=[RUN_RECORD])


def _weights(model: Path) -> str:
    """Return the digest of the weights, as it is written beside them."""
    written = digest_file(model / WEIGHTS_FILE)
    return written.read_text(encoding="utf-8").split()[0] if written.is_file() else ""
