"""The registered model in Spark: a column of spans beside a column of texts.

Needs the extra `spark`. Each Python worker loads the model once, from the registry, so no file of
it need be on the machines of a cluster.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow

from sru_ner.errors import InputError
from sru_ner.tracking.store import find_root, open_store

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def with_spans(
    frame: "DataFrame",
    uri: str,
    *,
    text: str = "text",
    spans: str = "spans",
    threshold: float = 0.5,
    root: Path | None = None,
) -> "DataFrame":
    """The frame with a column `spans`: an array of structs, in the order of the text.

    uri: `models:/name@alias` or `models:/name/version`, in the store of the project around `root`
    (default: the current folder), or what MLFLOW_TRACKING_URI says. text: the column of texts. A
    struct has start, end (code points, end exclusive), text, type, score and labels. Raises
    `InputError` where Spark is not installed.
    """
    try:
        from pyspark.sql import types as t  # noqa: PLC0415
    except ImportError:
        raise InputError(
            "Spark is not installed", remedy="install the extra: pip install 'sru-ner[spark]'"
        ) from None
    open_store(find_root(root or Path.cwd()))
    fields: dict[str, Any] = {
        "start": t.LongType(),
        "end": t.LongType(),
        "text": t.StringType(),
        "type": t.StringType(),
        "score": t.DoubleType(),
        "labels": t.ArrayType(t.StringType()),
    }
    struct = t.StructType([t.StructField(name, kind) for name, kind in fields.items()])
    annotate = mlflow.pyfunc.spark_udf(
        frame.sparkSession,
        uri,
        result_type=t.ArrayType(struct),
        env_manager="local",
        params={"threshold": threshold},
    )
    return frame.withColumn(spans, annotate(frame[text]))
