"""Checks plain values against a pydantic model, with errors that name the wrong key."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from sru_ner.errors import InputError, SruNerError, UnknownNameError

Model = TypeVar("Model", bound=BaseModel)
_LONGEST = 300  # characters of a wrong value that a message quotes
_FORM = re.compile(r"(\[key|(dict|list|literal|tuple)\[.*)\]$")


def validate(
    model: type[Model],
    values: Any,
    *,
    kind: str = "parameter",
    path: Path | None = None,
    section: str = "",
    remedy: str | None = None,
) -> Model:
    """Return an instance of `model` made from plain values.

    For the message: kind: what a key is called. path: the file that holds the values. section:
    the key of the values in that file. remedy: what to do about a wrong value. Raises
    `UnknownNameError` for a key that does not exist, `InputError` for a value that is missing or
    wrong. Of several mistakes one is reported: a key that does not exist, or else the first.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _explain(error, model, kind, path, section, remedy) from None


def _explain(
    error: ValidationError,
    model: type[BaseModel],
    kind: str,
    path: Path | None,
    section: str,
    remedy: str | None,
) -> SruNerError:
    problems = error.errors()
    # A key with a typing error is often missing under its right name, too.
    first = next((p for p in problems if p["type"] == "extra_forbidden"), problems[0])
    # Where a value may have several forms, the form that fits best went deepest.
    field = _without_forms(first["loc"])
    same = (p for p in problems if _without_forms(p["loc"])[: len(field)] == field)
    first = max(same, key=lambda p: len(p["loc"]))
    keys = [str(part)[:_LONGEST] for part in _without_forms(first["loc"])]
    name = ".".join(filter(None, [section, *keys]))
    if first["type"] == "extra_forbidden":
        inside = ".".join(filter(None, [section, *keys[:-1]]))
        place = ": ".join(filter(None, [str(path or ""), inside]))
        return UnknownNameError(
            kind,
            keys[-1],
            _keys(model, keys[:-1]),
            place=place or None,
            elsewhere=[f"{section}.{key}" for section, key in _nested(model)],
        )
    if first["type"] == "missing":
        problem = f"{name} is missing"
    elif first["type"] == "value_error":  # raised by a validator with a message of its own
        problem = ": ".join(filter(None, [name, str(first["ctx"]["error"])]))
    else:
        shown = repr(first["input"])
        shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
        value = f"{name or 'the content'} is {shown}"
        problem = f"{value}: {first['msg'][0].lower()}{first['msg'][1:]}"
    return InputError(problem, path=path, remedy=remedy)


def _without_forms(parts: Sequence[int | str]) -> list[int | str]:
    """Return the keys of a place, without what pydantic adds to them.

    It marks a key of a map, in place of its value, by `[key]`. Where a value may have several
    forms, it adds the type of each.
    """
    return [part for part in parts if not _FORM.match(str(part))]


def _nested(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Yield the section and the key of each setting that is in a section of a fixed name."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from ((field.alias or name, key) for key in _keys(inner, []))


def _keys(model: type[BaseModel], sections: list[str]) -> list[str]:
    """Return the keys of a section, which is given by the names on the way to it."""
    for name in sections:
        fields = {f.alias or key: f for key, f in model.model_fields.items()}
        # A name that the user chose, such as that of an experiment, is no field.
        if name in fields:
            kinds = [fields[name].annotation, *get_args(fields[name].annotation)]
            inner = [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]
            model = inner[0] if inner else model
    return [field.alias or key for key, field in model.model_fields.items()]
