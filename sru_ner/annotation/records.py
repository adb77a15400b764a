"""Records what was annotated in a run's folder, so that a run can go on after an interruption.

Each shard has a record, `_shards/<shard>.json`, with counts and digests. A shard whose record names
the digest of its input is finished and is skipped when the run is started again. The manifest
`_manifest.json` holds all records, once all shards are finished. Nothing in them depends on the
time or on how often the run was interrupted: the same run leaves the same bytes.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import Shard
from sru_ner.annotation.run_folder import MANIFEST, RECORDS, RUN
from sru_ner.environment.version import __version__
from sru_ner.files import write_json
from sru_ner.inference.model_reference import model_digest

Record = dict[str, Any]
"""Content of a record or of the manifest: JSON values."""


def run_settings(job: Job) -> dict[str, Any]:
    """Return the settings that all shards of a folder must have in common, as JSON values."""
    return {
        "sru_ner": __version__,
        "model_sha256": model_digest(job.model),
        "precision": job.precision,
        "options": {**job.options, "types": job.options["types"] and list(job.options["types"])},
        "input_format": job.input_format,
        "input_options": asdict(job.input_options),
        "output_format": job.output_format,
    }


def record_path(folder: Path, shard: Shard) -> Path:
    """Return the path of a shard's record."""
    return folder / RECORDS / f"{shard.name}.json"


def output_path(folder: Path, shard: Shard, job: Job) -> Path:
    """Return the path of a shard's output, a file or a folder."""
    return folder / (shard.name + job.output.suffix)


def text_path(folder: Path, shard: Shard) -> Path:
    """Return the path of the copy of a shard's text, for formats that need it."""
    return folder / f"{shard.name}.txt"


def unfinished(shards: Iterable[Shard], folder: Path, job: Job) -> list[Shard]:
    """Return the shards that have no record of the same input, or whose output does not exist."""
    return [shard for shard in shards if _finished_record(shard, folder, job) is None]


def write_manifest(shards: Iterable[Shard], folder: Path, job: Job) -> Record:
    """Write the records of all finished shards into the manifest; return its content."""
    records = [found for s in shards if (found := _finished_record(s, folder, job)) is not None]
    notes: Counter[str] = Counter()
    for record in records:
        notes.update(record["notes"])
    manifest = {
        "run": json.loads((folder / RUN).read_text(encoding="utf-8")),
        "documents": sum(record["documents"] for record in records),
        "spans": sum(record["spans"] for record in records),
        "notes": dict(sorted(notes.items())),
        "shards": sorted(records, key=lambda record: record["shard"]),
    }
    write_json(folder / MANIFEST, manifest)
    return manifest


def _finished_record(shard: Shard, folder: Path, job: Job) -> Record | None:
    try:
        record = json.loads(record_path(folder, shard).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    exists = output_path(folder, shard, job).exists()
    return record if exists and record["input_sha256"] == shard.sha256 else None
