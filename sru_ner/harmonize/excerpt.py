"""A part of a raw file: a corpus that is cut out of another by the order of its documents."""

from pathlib import Path

from sru_ner.corpora.readers.raw import Reading
from sru_ner.errors import InputError


def excerpt(reading: Reading, first: int, last: int, *, path: Path) -> Reading:
    """The documents `first` to `last` of a file, counted from 1, and what was wrong among them.

    What was wrong before a file's first document goes with that one. Raises `InputError` about
    `path` where the file has no document `last`.
    """
    documents = reading.documents
    if last > len(documents):
        raise InputError(
            f"documents {first} to {last} are to be taken, the file has {len(documents)}",
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
