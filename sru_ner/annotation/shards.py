"""Annotation of many files into a folder, exactly once whatever interrupts it.

A shard is a file, or a row group of a Parquet file. What is written of it takes its place in the
folder as a whole, and then its record is finished:

    <folder>/<shard>.<ending>        what was found
    <folder>/_run.json               model, options and formats, which the whole folder shares
    <folder>/_shards/<shard>.json    record of a finished shard: counts and digests
    <folder>/_manifest.json          all records, once all shards are finished

A shard that has a finished record, of the same input, is skipped when the run is started again; one
that has none is done from its beginning. Nothing in the folder depends on when or how often that
was, so it ends up the same to the byte.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.inputs.pubmed import DELETED
from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import Shard, file_digest
from sru_ner.annotation.run_folder import MANIFEST, RECORDS, RUN
from sru_ner.corpora.incidents import Incident, Incidents
from sru_ner.environment.version import __version__
from sru_ner.files import atomic_path, write_json
from sru_ner.inference.model_reference import model_digest

if TYPE_CHECKING:
    from sru_ner.inference.annotator import Annotator

Record = dict[str, Any]


def annotate_shard(
    annotator: "Annotator",
    shard: Shard,
    job: Job,
    folder: Path,
    *,
    tick: Callable[[], object] = int,
) -> Record:
    """Annotate a shard into its folder: its output and its record, which is returned.

    Memory does not grow with the shard. tick: called after each document. Raises `InputError` for
    a file that cannot be read; then the folder is as it was.
    """
    incidents, deleted, tally = Incidents(), list[str](), Counter[str]()

    def on_incident(incident: Incident) -> None:
        incidents.add(incident)
        if incident.reason == DELETED:
            deleted.append(incident.document)

    def counted(documents: Iterable[AnnotatedDocument]) -> Iterator[AnnotatedDocument]:
        for annotated in documents:
            tally["documents"] += 1
            tally["spans"] += len(annotated.spans)
            yield annotated
            tick()

    target = folder / (shard.name + job.output.suffix)
    with atomic_path(target) as fresh:
        documents = counted(job.annotate(annotator, job.read(shard.source, on_incident)))
        context = job.context(annotator, on_incident, [shard.source])
        write_output(documents, fresh, job, context)
        record: Record = {
            "shard": shard.name,
            "input": shard.source.name,
            "row_group": shard.source.row_group,
            "input_sha256": shard.sha256,
            "output": target.name,
            "output_sha256": tree_digest(fresh),
            "documents": tally["documents"],
            "spans": tally["spans"],
            "notes": incidents.counts,
            "first": incidents.first,
            "deleted": deleted,
        }
        # No output may stand without a record that names it, or nothing could remove it; and none
        # may count as finished before it stands.
        write_json(_record_path(folder, shard), {**record, "input_sha256": None})
    write_json(_record_path(folder, shard), record)
    return record


def write_output(
    documents: Iterable[AnnotatedDocument], target: Path, job: Job, context: Any
) -> None:
    """Write documents to a path, which becomes a file or, in brat's format, a folder."""
    if job.output.folder:
        job.output.write(documents, target, context)
    else:
        with target.open("wb") as out:
            job.output.write(documents, out, context)
            out.flush()
            os.fsync(out.fileno())


def run_identity(job: Job) -> dict[str, Any]:
    """What all shards of a folder must have in common."""
    return {
        "sru_ner": __version__,
        "model_sha256": model_digest(job.model),
        "precision": job.precision,
        "options": {**job.options, "types": job.options["types"] and list(job.options["types"])},
        "input_format": job.input_format,
        "columns": asdict(job.columns),
        "output_format": job.output_format,
    }


def unfinished(shards: Iterable[Shard], folder: Path, job: Job) -> list[Shard]:
    """The shards that have no record of the same input, or not the output that it names."""
    return [shard for shard in shards if _finished(shard, folder, job) is None]


def write_manifest(shards: Iterable[Shard], folder: Path, job: Job) -> Record:
    """Write the records of all shards, which are finished, into one file; returns its content."""
    records = [found for s in shards if (found := _finished(s, folder, job)) is not None]
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


def _finished(shard: Shard, folder: Path, job: Job) -> Record | None:
    try:
        record = json.loads(_record_path(folder, shard).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    there = (folder / (shard.name + job.output.suffix)).exists()
    return record if there and record["input_sha256"] == shard.sha256 else None


def _record_path(folder: Path, shard: Shard) -> Path:
    return folder / RECORDS / f"{shard.name}.json"


def tree_digest(path: Path) -> str:
    """SHA-256 of a file, or over the names and contents of a folder's files."""
    from sru_ner.environment.provenance import folder_digest  # noqa: PLC0415

    return folder_digest(path) if path.is_dir() else file_digest(path)
