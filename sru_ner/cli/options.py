"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Any

import typer

MODEL_HELP = "Model folder, models:/name@alias, installed model package or hub id"
"""What a model reference may be, for the help of options and arguments."""

ModelArgument = Annotated[
    str | None,
    typer.Argument(help=f"{MODEL_HELP}; default: the model that is there.", show_default=False),
]
ParamsFile = Annotated[Path, typer.Option("--params", help="File with the parameters.")]


def named_or_default(model: str | None) -> str:
    """Return a model reference; if none is named, that of the default model, naming it on stderr.

    Raises `InputError` if none is named and there is no default model.
    """
    from sru_ner.inference.default_model import default_model

    if model is None:
        model = default_model()
        typer.echo(f"sru-ner: no model was named; using {model}", err=True)
    return model


def read_pairs(values: list[str] | None, flag: str) -> dict[str, str]:
    """Read an option that is given several times as NAME=VALUE; return name → value.

    flag: name of the option, for errors. Raises `InputError` for a value without `=`.
    """
    from sru_ner.errors import InputError

    found = {}
    for value in values or ():
        key, separator, right = value.rpartition("=")
        if not separator or not key:
            raise InputError(
                f"{flag} {value} has no name or no =", remedy=f"write {flag} NAME=VALUE"
            )
        found[key] = right
    return found


def reader_options(values: list[str] | None, flag: str) -> dict[str, Any]:
    """Read the options of a reader; values are numbers, words or lists, as in the catalog."""
    import yaml

    return {key: yaml.safe_load(value) for key, value in read_pairs(values, flag).items()}
