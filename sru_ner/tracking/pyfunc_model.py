"""The model as MLflow loads it: texts in, spans out.

MLflow runs this file from inside the logged model, beside a copy of the package: it must work
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
    """Marks the mentions of texts."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the weights, once."""
        from sru_ner.inference.annotator import Annotator  # noqa: PLC0415

        self.annotator = Annotator.load(context.artifacts["model"])
        # MLflow's server calls from many threads, and tokenizers are made for one at a time.
        self.turn = threading.Lock()

    def predict(
        self,
        context: PythonModelContext,
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> list[list[dict[str, Any]]]:
        """Return, per row of the column `text`, its spans in the order of the text.

        A span has `start`, `end` (code points, end exclusive), `text`, `type`, `score` and
        `labels`. Parameters: `threshold` leaves out spans that score lower; none is below 0.5.
        `types` are those to give; none named: all. `flat` gives spans that do not overlap. Raises
        `MlflowException`, which a server answers with status 400, for an unknown type or a
        threshold outside [0, 1].
        """
        given = params or {}
        texts = [str(text) for text in model_input["text"]]
        try:
            with self.turn:
                annotated = list(
                    self.annotator.annotate(
                        texts,
                        types=list(given.get("types", [])) or None,
                        threshold=float(given.get("threshold", 0.5)),
                        flat=bool(given.get("flat", False)),
                    )
                )
        except SruNerError as error:
            raise MlflowException(str(error), error_code=INVALID_PARAMETER_VALUE) from None
        return [[span.as_dict() for span in spans] for spans in annotated]


set_model(SpanAnnotator())
