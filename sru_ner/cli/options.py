"""Options that several commands share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from sru_ner.errors import InputError

MODEL_HELP = "Model folder, models:/name@alias, installed model package or hub id"
"""What a model reference may be, for the help of options and arguments."""

ModelArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="MODEL",
        help=f"{MODEL_HELP}; default: the model that is there.",
        show_default=False,
    ),
]
Overlaps = Annotated[
    Literal["all", "exclusive", "flat"] | None,
    typer.Option(
        help="Mentions that overlap: all; exclusive, without those that contradict a likelier one;"
        " flat, the best choice without any overlap. Default: exclusive if the model has exclusive"
        " types, otherwise all.",
        show_default=False,
    ),
]
Style = Annotated[
    str,
    typer.Option(
        help="How labels of one type, from several sources, are merged: any, mean, vote, or a"
        " source, whose own label then decides."
    ),
]
Precision = Annotated[
    Literal["fp32", "bf16", "auto"],
    typer.Option(
        help="Precision of the encoder. auto is bf16 on hardware that computes it, which is faster"
        " there, and fp32 elsewhere; fp32 finds the same mentions on every machine."
    ),
]
ParamsFile = Annotated[
    Path | None,
    typer.Option(
        "--params",
        help="File with the parameters. Default: suites/NAME/params.yaml of the suite in whose"
        " folder the command runs, or that params.yaml names.",
        show_default=False,
    ),
]


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

    A name may hold a `=`, because it is the name of a file or of a type. flag: name of the option,
    for errors. Raises `InputError` for a value without `=`.
    """
    found = {}
    for value in values or ():
        key, separator, right = value.rpartition("=")
        if not separator or not key:
            raise _no_pair(value, flag)
        found[key] = right
    return found


def reader_options(values: list[str] | None, flag: str) -> dict[str, Any]:
    """Read the options of a reader; return name → the text behind the first `=`, as it is.

    `choose_format`, which knows the reader, makes numbers and lists of the texts. flag: name of the
    option, for errors. Raises `InputError` for a value without `=`.
    """
    found = {}
    for value in values or ():
        key, separator, right = value.partition("=")
        if not separator or not key:
            raise _no_pair(value, flag)
        found[key] = right
    return found


def splits_by_file(values: list[str] | None) -> dict[str, str]:
    """Read `--split`, given as SPLIT or FILE=SPLIT; return file → splits, `ALL` → those of all."""
    from sru_ner.adding.files import ALL

    pairs = (value.rpartition("=") for value in values or ())
    return {file or ALL: split for file, _, split in pairs}


def _no_pair(value: str, flag: str) -> "InputError":
    from sru_ner.errors import InputError

    return InputError(f"{flag} {value} has no name or no =", remedy=f"write {flag} NAME=VALUE")
