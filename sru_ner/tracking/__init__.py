"""MLflow: runs, models and the registry. Nothing else in the package speaks to it."""

import os

# MLflow reads these while it is imported, and takes `true` only.
os.environ.setdefault("DO_NOT_TRACK", "true")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
