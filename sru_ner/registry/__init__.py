"""The MLflow store of a project and its registered models.

Only this package and `tracking` import MLflow.

Imports: environment, errors, files, locks.
"""

import os

# MLflow reads these while it is imported, and accepts `true` only.
os.environ.setdefault("DO_NOT_TRACK", "true")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
# By default, MLflow tries for minutes to reach a server that is away.
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "60")
