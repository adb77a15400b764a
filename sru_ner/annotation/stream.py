"""Annotates sources into one file, or to standard output while the documents arrive."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from shutil import copyfileobj

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.inputs.source import Source
from sru_ner.annotation.job import Job
from sru_ner.annotation.microbatch import microbatches
from sru_ner.annotation.progress import show_documents
from sru_ner.annotation.reading import check_something_was_read
from sru_ner.corpora.incidents import Incident, Incidents, OnIncident
from sru_ner.errors import InputError
from sru_ner.files import atomic_path


def annotate_to_file(
    sources: Sequence[Source], job: Job, path: Path, on_incident: OnIncident
) -> None:
    """Write all documents, in the order of the sources, into one file.

    The file appears when it is complete. Raises `InputError` for a source that cannot be read, and
    if no document could be read.
    """
    context = job.context(job.annotator(), on_incident, sources)
    documents = show_documents(_annotate(sources, job, on_incident))
    with atomic_path(path) as fresh:
        job.output.write_path(documents, fresh, context)


def annotate_to_stdout(sources: Sequence[Source], job: Job, on_incident: OnIncident) -> None:
    """Write all documents, in the order of the sources, to standard output.

    Each document is written before the next one is read, except in Parquet. Ends without an error
    if the reader of a pipe closes it. Raises `InputError` for a format that is a folder of files,
    for a source that cannot be read, and if no document could be read.
    """
    if job.output.folder:
        raise InputError(
            f"{job.output_format} is a folder of files and cannot go to standard output",
            remedy="name a folder as --output",
        )
    context = job.context(job.annotator(), on_incident, sources)
    documents = _annotate(sources, job, on_incident)
    if job.output_format == "parquet":
        # The writer of Parquet asks for its position in the file, which a pipe does not have.
        with tempfile.TemporaryFile() as whole:
            job.output.write(documents, whole, context)
            whole.seek(0)
            copyfileobj(whole, sys.stdout.buffer)
        return
    try:
        job.output.write(_flush_each(documents), sys.stdout.buffer, context)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has closed the pipe, so Python must not flush the rest when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def check_terminal(output_format: str) -> None:
    """Check that standard output can show a format.

    Raises `InputError` for Parquet on a terminal, which its bytes could disturb.
    """
    if output_format == "parquet" and sys.stdout.isatty():
        raise InputError(
            "Parquet is binary and is not written to a terminal",
            remedy="add --output NAME.parquet, or > NAME.parquet",
        )


def _annotate(
    sources: Sequence[Source], job: Job, on_incident: OnIncident
) -> Iterator[AnnotatedDocument]:
    annotator = job.annotator()
    incidents = Incidents()

    def note(incident: Incident) -> None:
        incidents.add(incident)
        on_incident(incident)

    found = False
    for source in sources:
        documents = job.read(source, note)
        most = 16 * job.options["batch_size"]
        for batch in microbatches(documents, most=most) if source.path is None else [documents]:
            for annotated in job.annotate(annotator, batch):
                found = True
                yield annotated
    if not found:
        check_something_was_read(incidents)


def _flush_each(documents: Iterable[AnnotatedDocument]) -> Iterator[AnnotatedDocument]:
    """Yield the documents; send each to the reader of the pipe before the next is asked for."""
    for annotated in documents:
        yield annotated
        sys.stdout.flush()
