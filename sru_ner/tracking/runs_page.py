"""Writes a page with links to runs and models in MLflow's web interface."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from sru_ner.rendering.pages import render_page

LOCAL_URL = "http://127.0.0.1:5000"
"""URL at which `make mlflow` shows a store that is not on a server."""


def web_url(tracking_uri: str) -> str:
    """Return the URL of MLflow's web interface to a store."""
    return tracking_uri.rstrip("/") if tracking_uri.startswith(("http:", "https:")) else LOCAL_URL


def run_url(tracking_uri: str, experiment_id: str, run_id: str) -> str:
    """Return the URL of a run in MLflow's web interface, in its mode for trainings."""
    run = f"{web_url(tracking_uri)}/#/experiments/{experiment_id}/runs/{run_id}"
    return f"{run}?workflowType=machine_learning"


def runs_page(suite: str, registration: Mapping[str, Any]) -> str:
    """Return the page as HTML.

    registration: what `log_suite` returned.
    """
    url = web_url(registration["tracking_uri"])
    link = partial(run_url, registration["tracking_uri"], registration["mlflow_experiment_id"])
    versions = f"{url}/#/models/{quote(registration['model_name'], safe='')}/versions"
    return render_page(
        "tracking/runs.html.j2",
        suite=suite,
        registration=registration,
        local=url == LOCAL_URL,
        parent=link(registration["parent_run_id"]),
        experiments=[
            (
                name,
                link(found["run_id"]),
                found["version"],
                f"{versions}/{found['version']}",
            )
            for name, found in registration["experiments"].items()
        ],
    )
