"""A page with the addresses of runs and models in MLflow's own interface."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sru_ner.rendering.pages import render_page

LOCAL = "http://127.0.0.1:5000"
"""Where `make mlflow` shows a store that is not on a server."""


def interface(tracking_uri: str) -> str:
    """Address of MLflow's interface to a store."""
    return tracking_uri.rstrip("/") if tracking_uri.startswith(("http:", "https:")) else LOCAL


def runs_page(suite: str, registration: Mapping[str, Any]) -> str:
    """The page, from what `log_pipeline` returned."""
    address = interface(registration["tracking_uri"])
    runs = f"{address}/#/experiments/{registration['mlflow_experiment_id']}/runs"
    versions = f"{address}/#/models/{quote(registration['model_name'], safe='')}/versions"
    return render_page(
        "tracking/runs.html.j2",
        suite=suite,
        registration=registration,
        local=address == LOCAL,
        parent=f"{runs}/{registration['parent_run_id']}",
        experiments=[
            (
                name,
                f"{runs}/{found['run_id']}",
                found["version"],
                f"{versions}/{found['version']}",
            )
            for name, found in registration["experiments"].items()
        ],
    )
