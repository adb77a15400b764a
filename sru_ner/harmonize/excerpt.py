"""Takes a range of a raw file's documents, for a corpus that is a part of another."""

from pathlib import Path

from sru_ner.corpora.readers.raw import Reading
from sru_ner.errors import InputError
from sru_ner.rendering.amounts import counted


def excerpt(reading: Reading, first: int, last: int, *, path: Path) -> Reading:
    """Return the documents `first` to `last` of a file, counted from 1, and their incidents.

    Incidents before the first document of the file belong to that document. Raises `InputError`
    about `path` if the file has no document `last`.
    """
    documents = reading.documents
    if last > len(documents):
        raise InputError(
            f"the file has {counted(len(documents), 'document')},"
            f" but the catalog takes {first} to {last}",
            path=path,
            remedy="correct `documents` in the catalog's entry",
        )
    begins = [(document.part, document.line) for document in documents]
    low = begins[first - 1] if first > 1 else ("", 0)
    high = begins[last] if last < len(begins) else None
    incidents = tuple(
        incident
        for incident in reading.incidents
        if low <= (incident.part, incident.line)
        and (high is None or (incident.part, incident.line) < high)
    )
    return Reading(documents[first - 1 : last], incidents)
