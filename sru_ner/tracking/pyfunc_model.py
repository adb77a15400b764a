"""Makes spans from texts for MLflow, which loads this file as the code of a model.

MLflow runs the file from inside the logged model, next to a copy of the package. It has to work
where the package is not installed.
"""

import threading
from typing import Any

import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from sru_ner.errors import SruNerError


class SpanAnnotator(PythonModel):
    """Trained model behind MLflow's interface."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the model from the artifacts."""
        from sru_ner.inference.annotator import Annotator  # noqa: PLC0415

        self.annotator = Annotator.load(context.artifacts["model"])
        # MLflow's server calls from many threads, but a tokenizer can serve only one at a time.
        self.lock = threading.Lock()

    def predict(
        self,
        context: PythonModelContext,
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> list[list[dict[str, Any]]]:
        """Return the spans of each row of the column `text`, in the order of the text.

        A row without a text (None, NaN) has no spans. A span has `start`, `end` (code points, end
        exclusive), `text`, `type`, `score` and `labels`. Parameters: `threshold` is the lowest
        score to return; no span scores below 0.5.
        `types` are the types to return; an empty list means all. `overlaps` and
        `style` are those of `Annotator.annotate`; an empty string means the model's default. Raises
        `MlflowException` for a value that is no string, an unknown type, style or choice of
        overlaps, or a threshold outside [0, 1]; a server answers it with status 400.
        """
        from sru_ner.inference.texts import is_missing  # noqa: PLC0415

        given = params or {}
        texts = ["" if is_missing(text) else text for text in model_input["text"]]
        try:
            with self.lock:
                annotated = list(
                    self.annotator.annotate(
                        texts,
                        types=list(given.get("types", [])) or None,
                        threshold=float(given.get("threshold", 0.5)),
                        overlaps=given.get("overlaps") or None,
                        style=given.get("style") or None,
                    )
                )
        except SruNerError as error:
            raise MlflowException(str(error), error_code=INVALID_PARAMETER_VALUE) from None
        return [[span.as_dict() for span in spans] for spans in annotated]


set_model(SpanAnnotator())
