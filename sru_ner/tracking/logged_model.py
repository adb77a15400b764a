"""Logs a trained model as an MLflow model, made of code and safetensors without any pickle."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import mlflow
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema
from mlflow.types.schema import Array, Object, Property

from sru_ner.registry.artifacts import ARTIFACT

RUNTIME = (
    "mlflow",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "pyyaml",
    "regex",
    "rich",
    "safetensors",
    "torch",
    "transformers",
)
"""Packages that prediction imports; they are pinned to the versions installed here."""

SIGNATURE = ModelSignature(
    inputs=Schema([ColSpec(DataType.string, "text")]),
    outputs=Schema(
        [
            ColSpec(
                Array(
                    Object(
                        [
                            Property("start", DataType.long),
                            Property("end", DataType.long),
                            Property("text", DataType.string),
                            Property("type", DataType.string),
                            Property("score", DataType.double),
                            Property("labels", Array(DataType.string)),
                        ]
                    )
                )
            )
        ]
    ),
    params=ParamSchema(
        [
            ParamSpec("threshold", DataType.double, 0.5),
            ParamSpec("types", DataType.string, [], shape=(-1,)),
            ParamSpec("overlaps", DataType.string, ""),
            ParamSpec("style", DataType.string, ""),
        ]
    ),
)

EXAMPLE = "BRCA1 mutations raise the risk of breast cancer in women who take tamoxifen."


def log_model(folder: Path, name: str, tags: dict[str, str]) -> str:
    """Log a folder in Hugging Face form as a model of the active run; return the model's id."""
    with _no_bytecode():
        info = mlflow.pyfunc.log_model(
            name=name,
            python_model=str(Path(__file__).with_name("pyfunc_model.py")),
            artifacts={ARTIFACT: str(folder)},
            code_paths=[str(Path(__file__).parents[1])],
            signature=SIGNATURE,
            input_example=pd.DataFrame({"text": [EXAMPLE]}),
            pip_requirements=pinned_requirements(),
            tags=tags,
        )
    return str(info.model_id)


@contextmanager
def _no_bytecode() -> Iterator[None]:
    """Keep no bytecode of what is imported: MLflow imports code from the folder that it stores."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def pinned_requirements() -> list[str]:
    """Return `name==version` for each installed package that prediction needs."""
    # A local version (`+cpu`) names a build that package indexes do not have.
    return [f"{name}=={version(name).partition('+')[0]}" for name in RUNTIME]
