"""The registered model in Spark: a column of spans beside a column of texts.

Needs the extra `spark`. Not MLflow's `spark_udf`: of version 3.17, it fills each list of structs up
with nulls to the longest of its batch, and fails for a batch without any.
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
    flat: bool = False,
    root: Path | None = None,
) -> "DataFrame":
    """The frame with a column `spans`: an array of structs, in the order of the text.

    uri: `models:/name@alias` or `models:/name/version`, in the store of the project around `root`
    (default: the current folder), or what MLFLOW_TRACKING_URI says. The machines of a cluster have
    to reach that store; each task loads the model from there, with the code it brings. text: the
    column of texts. types: those to give; none named: all. threshold: the lowest score to give.
    flat: of mentions that overlap, give the choice with the highest sum of scores. A struct has
    start, end (code points, end exclusive), text, type, score and labels. Raises `InputError` where
    Spark is not installed.
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
    params = {"types": list(types or []), "threshold": threshold, "flat": flat}
    struct = t.StructType([t.StructField(name, kind) for name, kind in fields.items()])

    def annotate(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        mlflow.set_tracking_uri(store)
        model = mlflow.pyfunc.load_model(uri)
        for texts in batches:
            table = pd.DataFrame({"text": texts.fillna("").to_numpy()})
            yield pd.Series(model.predict(table, params=params), dtype=object)

    column = f.pandas_udf(annotate, t.ArrayType(struct), f.PandasUDFType.SCALAR_ITER)
    return frame.withColumn(spans, column(frame[text]))
