"""Selects mentions by type and by score."""

import json
from collections.abc import Iterable, Mapping
from numbers import Real
from pathlib import Path

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.files import unreadable

Threshold = float | Mapping[str, float] | Path | str
"""Lowest score of the mentions to return: a number for all types, a mapping from types to numbers,
or the path of a file with these (see `read_thresholds`)."""

EVERYTHING = 0.5
"""Threshold that keeps every mention: the decoder takes no action that scores lower."""


def lowest_scores(
    known: Iterable[str],
    *,
    types: Iterable[str] | None,
    threshold: Threshold,
    model: str | None = None,
) -> dict[str, float]:
    """Return the lowest score for each wanted type.

    known: types of the model. types: wanted types; None means all. threshold: see `Threshold`;
    types that a mapping does not name are kept whatever their score. model: name of the experiment
    whose thresholds are read from a file with those of several. Raises `UnknownNameError` for a
    type that the model does not have. Raises `InputError` for a threshold outside [0, 1], for a
    number in quotation marks, for a file that cannot be used and for `types` that are no names.
    """
    known = sorted(known)
    if isinstance(types, str):
        types = [types]
    if types is not None and not isinstance(types, Iterable):
        raise InputError(
            f"types is {types!r}, but it has to name types",
            remedy="give a list, such as ['Chemical'], or leave it out",
        )
    wanted = known if types is None else list(dict.fromkeys(types))
    if isinstance(threshold, str) and _is_number(threshold):
        raise InputError(
            f"the threshold is the text {threshold!r}, not a number",
            remedy=f"write it without quotation marks, or convert it: float({threshold!r}). A file"
            f" of this name is Path({threshold!r})",
        )
    default = EVERYTHING
    by_type: dict[str, float] = {}
    if isinstance(threshold, (str, Path)):
        default, by_type = read_thresholds(Path(threshold), model)
    elif isinstance(threshold, Mapping):
        by_type = {name: _checked(value, name) for name, value in threshold.items()}
    else:
        default = _checked(threshold)
    file = threshold if isinstance(threshold, (str, Path)) else None
    for place, names in ((None, wanted), (file, by_type)):
        for name in names:
            if name not in known:
                raise UnknownNameError("type", str(name), known, place=place)
    return {name: by_type.get(name, default) for name in wanted}


def read_thresholds(path: Path, model: str | None) -> tuple[float, dict[str, float]]:
    """Read thresholds from a file: the default, and the thresholds of single types.

    path: JSON file, either an object such as `{"Disease": 0.8}` or the `thresholds.json` that an
    evaluation writes for all of its models. model: name of the experiment; may be None if the file
    has a single model. Raises `InputError` for a file that cannot be read, is in another form, or
    does not have the model.
    """
    remedy = 'name the thresholds.json of an evaluation, or write {"Disease": 0.8}'
    try:
        content = dict(json.loads(path.read_text(encoding="utf-8")))
        if not isinstance(content.get("models"), Mapping):
            return EVERYTHING, {type_: _checked(value, type_) for type_, value in content.items()}
        models = content["models"]
        name = next(iter(models)) if model is None and len(models) == 1 else model
        found = models.get(name)
        if found is not None:
            by_type = {type_: _checked(value, type_) for type_, value in found["types"].items()}
            return _checked(found["default"]), by_type
    except OSError as error:
        raise unreadable(path, error, remedy=remedy) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError("this is no file of thresholds", path=path, remedy=remedy) from None
    except InputError as error:
        raise InputError(error.problem, path=path, remedy=error.remedy) from None
    raise InputError(
        f"the file has thresholds for {', '.join(sorted(models)) or 'no model'}, but "
        + (f"this model is {model}" if model else "this model does not name its experiment"),
        path=path,
        remedy="tune thresholds for this model, or give one number for each type",
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _checked(value: object, type_: str | None = None) -> float:
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not number or not 0 <= value <= 1:  # type: ignore[operator]
        of_type = f" of {type_!r}" if type_ else ""
        raise InputError(
            f"the threshold{of_type} is {value!r}", remedy="choose a number from 0 to 1"
        )
    return float(value)  # type: ignore[arg-type]
