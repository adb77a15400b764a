"""Logs pipeline runs and their models to MLflow.

Only this package and `registry` import MLflow.

Imports: dataset, environment, errors, evaluation, files, inference, layout, leakage, locks, model,
registry, rendering, settings, training.
"""

# Sets MLflow's switches, which it reads while it is imported.
import sru_ner.registry  # noqa: F401
