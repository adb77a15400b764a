"""The figures of a report's JSON and CSV files, and how those of two runs differ."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TIMES = {"seconds", "sequences_per_second", "first_model_seconds"}
"""Keys and columns that tell how long something took. No two runs have the same."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a file differs from the committed one."""

    file: str
    figures: int
    """Number of places in either of the two files that hold a value."""
    different: int
    """Number of places whose values are not equal, or that only one of the files has."""
    largest: float
    """Largest difference between two numbers at one place, in the file's own unit."""


def read_figures(name: str, text: str) -> dict[str, Any]:
    """Return the values of a file by their place in it, without times.

    name: of the file, which ends in `.json` or `.csv`. The place of a value in a CSV file is its
    column and the words in its row.
    """
    found = _in_csv(text) if name.endswith(".csv") else _in_json(json.loads(text))
    return dict(found)


def compare(name: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Comparison:
    """Compare the values of two files place by place."""
    places = before.keys() | now.keys()
    different = [p for p in places if p not in before or p not in now or before[p] != now[p]]
    sizes = [
        abs(now[place] - before[place])
        for place in different
        if _is_number(before.get(place)) and _is_number(now.get(place))
    ]
    return Comparison(name, len(places), len(different), max(sizes, default=0.0))


def _in_json(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key not in TIMES:
                yield from _in_json(each, f"{place}/{key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _in_json(each, f"{place}/{number}")
    else:
        yield place, value


def _in_csv(text: str) -> Iterator[tuple[str, Any]]:
    seen: Counter[str] = Counter()
    for row in csv.DictReader(text.splitlines()):
        values = {column: _value(cell) for column, cell in row.items() if column not in TIMES}
        words = "/".join(value for value in values.values() if isinstance(value, str))
        seen[words] += 1
        for column, value in values.items():
            yield f"{words}/{seen[words]}/{column}", value


def _value(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
