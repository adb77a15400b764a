"""Checks that runs and models can be kept in the MLflow store."""

import os
from collections.abc import Iterator
from pathlib import Path

from sru_ner.environment.checks import Check, check_server
from sru_ner.errors import without_secrets
from sru_ner.registry.database import former_roots, lost_versions
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
    if not exists:
        return
    if former := former_roots(database):
        yield Check(
            "MLflow's artifacts",
            False,
            f"the store was moved: it names files in {', '.join(former)}",
            "run `sru-ner runs prune`, which corrects the places; it removes nothing without --yes",
            required=False,
        )
    elif lost := lost_versions(database):
        yield Check(
            "MLflow's artifacts",
            False,
            f"the files of these versions do not exist: {', '.join(lost)}",
            f"copy {database.parent / 'mlartifacts'} from where the store was, or remove the"
            " versions: `sru-ner runs prune --yes`",
            required=False,
        )
