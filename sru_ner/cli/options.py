"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Any

import typer

ParamsFile = Annotated[Path, typer.Option("--params", help="File with the parameters.")]


def read_pairs(values: list[str] | None, flag: str) -> dict[str, str]:
    """Key → value of an option that can be given again; `flag` is its name, for errors."""
    from sru_ner.errors import InputError

    found = {}
    for value in values or ():
        key, separator, right = value.rpartition("=")
        if not separator or not key:
            raise InputError(
                f"{flag} {value}: there is no = in it", remedy=f"write {flag} NAME=VALUE"
            )
        found[key] = right
    return found


def reader_options(values: list[str] | None, flag: str) -> dict[str, Any]:
    """What a reader is to be told: values are numbers, words or lists, as in the catalog."""
    import yaml

    return {key: yaml.safe_load(value) for key, value in read_pairs(values, flag).items()}
