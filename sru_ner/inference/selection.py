"""Which of a model's mentions are given: of which types, how sure, and whether nested."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sru_ner.errors import InputError, UnknownNameError

Threshold = float | Mapping[str, float] | Path | str
"""The lowest score that is given: one for all types, one per type, or a JSON file with these."""

EVERYTHING = 0.5
"""No mention scores lower: the decoder takes no action below that."""


def lowest_scores(
    known: Iterable[str], *, types: Iterable[str] | None, threshold: Threshold
) -> dict[str, float]:
    """The lowest score to be given, for each type that is wanted at all.

    known: types of the model. types: the wanted ones; None: all. threshold: types that a mapping
    or file does not name are given whatever their score. Raises `UnknownNameError` for a type that
    the model does not have, `InputError` for a threshold outside [0, 1] or a file without
    thresholds.
    """
    known = sorted(known)
    if isinstance(types, str):
        types = [types]
    wanted = known if types is None else list(dict.fromkeys(types))
    by_type = _by_type(threshold)
    for name in (*wanted, *(by_type if isinstance(by_type, Mapping) else ())):
        if name not in known:
            raise UnknownNameError("type", name, known)
    if not isinstance(by_type, Mapping):
        by_type = dict.fromkeys(known, by_type)
    return {name: by_type.get(name, EVERYTHING) for name in wanted}


def _by_type(threshold: Threshold) -> float | dict[str, float]:
    if isinstance(threshold, Mapping):
        return {
            name: _checked(value, f"threshold of {name!r}") for name, value in threshold.items()
        }
    if not isinstance(threshold, (str, Path)):
        return _checked(threshold, "threshold")
    remedy = 'a file of thresholds is like {"Chemical": 0.7, "Disease": 0.6}'
    try:
        content = json.loads(Path(threshold).read_text(encoding="utf-8"))
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise InputError(problem, path=threshold, remedy=remedy) from None
    except ValueError as error:
        raise InputError(f"not JSON: {error}", path=threshold, remedy=remedy) from None
    if not isinstance(content, Mapping):
        raise InputError("holds no thresholds by type", path=threshold, remedy=remedy)
    return {
        name: _checked(value, f"threshold of {name!r}", threshold)
        for name, value in content.items()
    }


def _checked(value: object, what: str, path: Path | str | None = None) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not 0 <= value <= 1:  # type: ignore[operator]
        raise InputError(
            f"the {what} is {value!r}", path=path, remedy="choose a number from 0 to 1"
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
