"""Annotates one shard into the folder of a run, completely or not at all.

A folder ends up with these files:

    <folder>/<shard>.<ending>        mentions found in a file, or in a row group of a Parquet file
    <folder>/<shard>.txt             text of the file, if the format needs it there (brat)
    <folder>/_run.json               model, options and formats of the whole folder
    <folder>/_shards/<shard>.json    record of the shard: counts and digests
    <folder>/_manifest.json          all records, once all shards are finished

`annotate_shard` writes the output, its text and the record: the output appears complete, and only
then is its record finished. A shard without a finished record is annotated from its beginning.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.inputs.pubmed import DELETED
from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import Shard
from sru_ner.annotation.records import Record, output_path, record_path, text_path
from sru_ner.corpora.incidents import Incident, Incidents
from sru_ner.environment.provenance import file_digest, folder_digest
from sru_ner.files import atomic_path, write_json

if TYPE_CHECKING:
    from sru_ner.inference.annotator import Annotator


def annotate_shard(
    annotator: "Annotator",
    shard: Shard,
    job: Job,
    folder: Path,
    *,
    tick: Callable[[], object] = int,
) -> Record:
    """Write the output and the record of a shard into its folder; return the record.

    Memory does not grow with the shard. tick: called after each document. Raises `InputError` for
    a file that cannot be read; then the folder does not change.
    """
    incidents, deleted, tally = Incidents(), list[str](), Counter[str]()

    def on_incident(incident: Incident) -> None:
        incidents.add(incident)
        if incident.reason == DELETED:
            deleted.append(incident.document)

    def counting(documents: Iterable[AnnotatedDocument]) -> Iterator[AnnotatedDocument]:
        for annotated in documents:
            tally["documents"] += 1
            tally["spans"] += len(annotated.spans)
            if job.output.with_text:
                with atomic_path(text_path(folder, shard)) as copy:
                    copy.write_text(annotated.document.text, encoding="utf-8", newline="")
            yield annotated
            tick()

    target = output_path(folder, shard, job)
    with atomic_path(target) as fresh:
        documents = counting(job.annotate(annotator, job.read(shard.source, on_incident)))
        context = job.context(annotator, on_incident, [shard.source])
        job.output.write_path(documents, fresh, context)
        record: Record = {
            "shard": shard.name,
            "input": shard.source.name,
            "row_group": shard.source.row_group,
            "input_sha256": shard.sha256,
            "output": target.relative_to(folder).as_posix(),
            "text": f"{shard.name}.txt" if job.output.with_text else None,
            "output_sha256": _output_digest(fresh),
            "documents": tally["documents"],
            "spans": tally["spans"],
            "notes": incidents.counts,
            "first": incidents.first,
            "deleted": deleted,
        }
        # An output needs a record that names it from the start, so that it can be removed. The
        # record counts as finished only when the output is in its place.
        write_json(record_path(folder, shard), {**record, "input_sha256": None})
    write_json(record_path(folder, shard), record)
    return record


def _output_digest(path: Path) -> str:
    """Return the SHA-256 of a file, or over the names and contents of a folder's files."""
    return folder_digest(path) if path.is_dir() else file_digest(path)
