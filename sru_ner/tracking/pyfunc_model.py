"""The model as MLflow loads it: texts in, spans out.

MLflow runs this file from inside the logged model, beside a copy of the package: it must work
where the package is not installed.
"""

from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

DEFAULT_THRESHOLD = 0.5


class SpanAnnotator(PythonModel):
    """Marks the mentions of texts."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the weights, once."""
        from sru_ner.inference.annotator import Annotator  # noqa: PLC0415

        self.annotator = Annotator.load(context.artifacts["model"])

    def predict(
        self,
        context: PythonModelContext,
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> list[list[dict[str, Any]]]:
        """Return, per row of the column `text`, its spans in the order of the text.

        A span has `start`, `end` (code points, end exclusive), `text`, `type`, `score` and
        `labels`. The parameter `threshold` leaves out spans that score lower; none is below 0.5.
        """
        threshold = float((params or {}).get("threshold", DEFAULT_THRESHOLD))
        texts = [str(text) for text in model_input["text"]]
        annotated = self.annotator.annotate(texts, threshold=threshold)
        return [[span.as_dict() for span in spans] for spans in annotated]


set_model(SpanAnnotator())
