"""Refuses a run whose inputs have content, none of which could be read."""

from sru_ner.corpora.incidents import Incidents
from sru_ner.errors import InputError


def check_something_was_read(incidents: Incidents) -> None:
    """Check that inputs without any document are empty.

    incidents: what was left out of them. Raises `InputError` with all of it if there is any.
    """
    if left_out := incidents.sentences():
        raise InputError(
            f"no document could be read: {'; '.join(left_out)}",
            remedy="check the files, or name their format with --format",
        )
