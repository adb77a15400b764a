"""Checks that runs and models can be kept in the MLflow store."""

import os
from collections.abc import Iterator
from pathlib import Path

from sru_ner.environment.checks import Check, check_server
from sru_ner.errors import without_secrets
from sru_ner.registry.store import (
    URI_VARIABLE,
    database_file,
    find_root,
    tracking_uri,
)


def check_store(root: Path) -> Iterator[Check]:
    """Check the store of the project around `root`; a server is asked, a database is not made."""
    uri = tracking_uri(find_root(root))
    database = database_file(uri)
    shown = without_secrets(uri)
    if database is None:
        yield check_server("MLflow", uri, shown=shown, variable=URI_VARIABLE)
        return
    exists = database.is_file()
    yield Check(
        "MLflow",
        os.access(database if exists else database.parent, os.W_OK),
        shown if exists else f"{shown} (the first registration makes it)",
        f"make the folder writable, or set {URI_VARIABLE}",
    )
