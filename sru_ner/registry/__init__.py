"""The MLflow store of a project and its registered models.

Only this package and `tracking` import MLflow.

Imports: environment, errors.
"""

import os

# MLflow reads these while it is imported, and accepts `true` only.
os.environ.setdefault("DO_NOT_TRACK", "true")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
