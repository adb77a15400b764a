"""Applies a registered model in Spark: adds a column of spans to a frame with a column of texts.

Needs the extra `spark`. MLflow's own `spark_udf` is not used: version 3.17 pads each list of
structs with nulls to the longest list of its batch, and fails for a batch without any span.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow
import pandas as pd

from sru_ner.environment.extras import not_installed
from sru_ner.registry.store import find_root, open_store

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def with_spans(
    frame: "DataFrame",
    uri: str,
    *,
    text: str = "text",
    spans: str = "spans",
    types: Sequence[str] | None = None,
    threshold: float = 0.5,
    overlaps: str | None = None,
    style: str | None = None,
    root: Path | None = None,
) -> "DataFrame":
    """Return the frame with a further column of spans: an array of structs, in text order.

    A struct has start, end (code points, end exclusive), text, type, score and labels.

    uri: `models:/name@alias` or `models:/name/version`. root: folder inside the project whose store
    is used; None means the current folder. MLFLOW_TRACKING_URI overrides it. All machines of the
    cluster have to reach the store: each task loads the model from there, with the model's code.
    text, spans: names of the columns. types: types to return; None means all. threshold: lowest
    score to return. overlaps, style: see `Annotator.annotate`; None means the model's default.
    Raises `InputError` if Spark is not installed.
    """
    try:
        from pyspark.sql import functions as f  # noqa: PLC0415
        from pyspark.sql import types as t  # noqa: PLC0415
    except ImportError as error:
        raise not_installed(error) or error from None
    store = open_store(find_root(root or Path.cwd()))
    fields: dict[str, Any] = {
        "start": t.LongType(),
        "end": t.LongType(),
        "text": t.StringType(),
        "type": t.StringType(),
        "score": t.DoubleType(),
        "labels": t.ArrayType(t.StringType()),
    }
    params = {
        "types": list(types or []),
        "threshold": threshold,
        "overlaps": overlaps or "",
        "style": style or "",
    }
    struct = t.StructType([t.StructField(name, kind) for name, kind in fields.items()])

    def annotate(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        mlflow.set_tracking_uri(store)
        model = mlflow.pyfunc.load_model(uri)
        for texts in batches:
            table = pd.DataFrame({"text": texts.fillna("").to_numpy()})
            yield pd.Series(model.predict(table, params=params), dtype=object)

    column = f.pandas_udf(annotate, t.ArrayType(struct), f.PandasUDFType.SCALAR_ITER)
    return frame.withColumn(spans, column(frame[text]))
