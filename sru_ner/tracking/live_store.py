"""The run of a training that goes on, in a store that may be away for a while."""

import socket
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric
from mlflow.exceptions import MlflowException
from mlflow.system_metrics.system_metrics_monitor import SystemMetricsMonitor

from sru_ner.environment.provenance import json_digest
from sru_ner.errors import SruNerError, first_line, without_secrets
from sru_ner.model.run_record import trained_digest
from sru_ner.registry.store import open_experiment, tracking_uri
from sru_ner.tracking.live_messages import Beginning, Value
from sru_ner.tracking.runs_page import LOCAL_URL, run_url, web_url
from sru_ner.tracking.training_run import (
    EXPERIMENT_DESCRIPTION,
    Training,
    begin_run,
    end_run,
    log_metrics,
    logged_steps,
)


class LiveStore:
    """Logs values to the run of a training, and its end. Says where the run is, and if it fails."""

    def __init__(self, begin: Beginning) -> None:
        """begin: what `train` knows. The store is opened later."""
        self._begin = begin
        self._client: MlflowClient | None = None
        self._run_id = ""
        self._logged: dict[str, set[int]] = {}
        self._monitor: SystemMetricsMonitor | None = None
        self._told = False

    def log(self, values: Iterable[Value]) -> str | None:
        """Log values, opening the store and the run if need be; return the problem, if any."""
        try:
            client = self._client or self._open()
            metrics = [Metric(key, value, when, step) for key, value, when, step in values]
            log_metrics(client, self._run_id, metrics, self._logged)
        except (MlflowException, SruNerError, OSError) as error:
            if not self._told:
                self._told = True
                problem = without_secrets(first_line(error))
                _say(f"MLflow: {problem}; training goes on, and `register` logs the rest")
            return first_line(error)
        return None

    def end(self, end: Mapping[str, Any] | None) -> None:
        """End the run, if there is one. end: `status` and `model`; None for a killed training."""
        if self._monitor is not None:
            self._monitor.finish()
        if self._client is None:
            return
        status, model = ("KILLED", None) if end is None else (end["status"], end["model"])
        digest = None if model is None else trained_digest(Path(model))
        try:
            end_run(self._client, self._run_id, status, digest)
        except MlflowException:
            return  # `register` makes another run

    def _open(self) -> MlflowClient:
        begin = self._begin
        root = Path(begin.root)
        experiment_id = open_experiment(root, begin.mlflow_experiment, EXPERIMENT_DESCRIPTION)
        client = MlflowClient()
        # On another machine or in another folder, the same training may run at the same time.
        digest = json_digest({**asdict(begin), "host": socket.gethostname()})
        training = Training(begin.suite, begin.experiment, begin.settings, digest)
        run = begin_run(client, experiment_id, training, root)
        self._logged = logged_steps(client, run, run.data.metrics)
        self._client, self._run_id = client, run.info.run_id
        self._monitor = SystemMetricsMonitor(self._run_id, resume_logging=True)
        self._monitor.start()
        uri = without_secrets(tracking_uri(root))
        hint = " (after `make mlflow`)" if web_url(uri) == LOCAL_URL else ""
        _say(f"MLflow: {run_url(uri, experiment_id, self._run_id)}{hint}")
        return client


def _say(line: str) -> None:
    try:
        print(line, flush=True)
    except OSError:
        return  # the training is over
