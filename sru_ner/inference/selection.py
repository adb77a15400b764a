"""Which of a model's mentions are given: of which types, how sure, and whether nested."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sru_ner.errors import InputError, UnknownNameError

Threshold = float | Mapping[str, float] | Path | str
"""The lowest score to give: of all types, by type, or a file of these; see `read_thresholds`."""

EVERYTHING = 0.5
"""No mention scores lower: the decoder takes no action below that."""


def lowest_scores(
    known: Iterable[str],
    *,
    types: Iterable[str] | None,
    threshold: Threshold,
    model: str | None = None,
) -> dict[str, float]:
    """The lowest score to give, for each type that is wanted at all.

    known: types of the model. types: the wanted ones; None: all. threshold: types that a mapping
    does not name are given whatever their score; a path is as in `read_thresholds`. model: the
    experiment that it is to be looked up by there, if several are in it. Raises `UnknownNameError`
    for a type that the model does not have, `InputError` for a threshold outside [0, 1] or a file
    that cannot be used.
    """
    known = sorted(known)
    if isinstance(types, str):
        types = [types]
    wanted = known if types is None else list(dict.fromkeys(types))
    default = EVERYTHING
    by_type: dict[str, float] = {}
    if isinstance(threshold, (str, Path)):
        default, by_type = read_thresholds(Path(threshold), model)
    elif isinstance(threshold, Mapping):
        by_type = {name: _checked(value, name) for name, value in threshold.items()}
    else:
        default = _checked(threshold)
    where = f"type in {threshold}:" if isinstance(threshold, (str, Path)) else "type"
    for kind, names in (("type", wanted), (where, by_type)):
        for name in names:
            if name not in known:
                raise UnknownNameError(kind, name, known)
    return {name: by_type.get(name, default) for name in wanted}


def read_thresholds(path: Path, model: str | None) -> tuple[float, dict[str, float]]:
    """Thresholds of a file: of all types, and of those that differ, by type.

    path: a JSON object, `{"Disease": 0.8}`, or the `thresholds.json` of an evaluation, which has
    them for each of its models. model: the experiment; None will do where the file is about one
    model. Raises `InputError`.
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
        problem = f"cannot be read ({error.strerror})"
        raise InputError(problem, path=path, remedy=remedy) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError("not a file of thresholds", path=path, remedy=remedy) from None
    except InputError as error:
        raise InputError(error.problem, path=path, remedy=error.remedy) from None
    raise InputError(
        f"thresholds of {', '.join(sorted(models)) or 'no model'}, and this model"
        + (f" is {model}" if model else " does not say what experiment it is"),
        path=path,
        remedy="tune thresholds for this model, or give a mapping from types",
    )


def _checked(value: object, type_: str | None = None) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not 0 <= value <= 1:  # type: ignore[operator]
        of_type = f" of {type_!r}" if type_ else ""
        raise InputError(
            f"the threshold{of_type} is {value!r}", remedy="choose a number from 0 to 1"
        )
    return float(value)  # type: ignore[arg-type]


def best_apart(intervals: Sequence[tuple[int, int, float]]) -> list[int]:
    """Numbers, ascending, of the intervals (start, end, score) that do not overlap and score most.

    Weighted interval scheduling: of all choices without overlap, one with the highest sum of
    scores; of equal sums, one that covers most; of equals, earlier ends and earlier entries win.
    Intervals are end-exclusive and not empty, scores positive.
    """
    order = sorted(range(len(intervals)), key=lambda i: (intervals[i][1], intervals[i][0], i))
    ends = [intervals[i][1] for i in order]
    # Best (score, cover) of the first intervals of that order, and what it takes as its last one.
    best: list[tuple[float, int]] = [(0.0, 0)]
    before: list[int] = []
    taken: list[bool] = []
    for place, index in enumerate(order):
        start, end, score = intervals[index]
        before.append(bisect_right(ends, start, hi=place))
        total, cover = best[before[-1]]
        with_it = (total + score, cover + end - start)
        taken.append(with_it > best[-1])
        best.append(max(with_it, best[-1]))
    chosen = []
    place = len(order) - 1
    while place >= 0:
        if taken[place]:
            chosen.append(order[place])
            place = before[place] - 1
        else:
            place -= 1
    return sorted(chosen)
