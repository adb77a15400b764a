"""Makes the SQLite file of a new store, completely or not at all."""

import logging
from pathlib import Path

from mlflow import MlflowClient

from sru_ner.files import atomic_path


def make_tables(database: Path) -> None:
    """Make a store without runs at `database`.

    MLflow makes its tables in dozens of steps. If it is killed in between, it can neither go on nor
    start anew: a table exists already.
    """
    for name in ("mlflow.store.db.utils", "alembic"):  # they would say each step
        logging.getLogger(name).setLevel(logging.WARNING)
    with atomic_path(database) as fresh:
        MlflowClient(f"sqlite:///{fresh}").search_experiments(max_results=1)
