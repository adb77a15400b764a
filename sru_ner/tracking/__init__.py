"""Logs pipeline runs and their models to MLflow.

Only this package and `registry` import MLflow.

Imports: environment, errors, files, inference, layout, registry, rendering, settings.
"""

# Sets MLflow's switches, which it reads while it is imported.
import sru_ner.registry  # noqa: F401
