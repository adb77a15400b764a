"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Any

import typer

ParamsFile = Annotated[Path, typer.Option("--params", help="File with the parameters.")]


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
