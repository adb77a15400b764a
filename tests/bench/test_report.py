"""Rows say whether they hold, and a report keeps the rows of one machine only."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.report import (
    Row,
    as_markdown,
    at_least,
    at_most,
    commit_of,
    kept_rows,
    merged,
    shown,
    write_report,
)

MACHINE = {
    "git_commit": "c0ffee0123",
    "git_dirty": False,
    "device": "cpu: none",
    "threads": 2,
    "packages": {"torch": "2"},
    "memory_gib": 8,
    "load": 0.1,
}


@pytest.mark.parametrize(
    ("row", "holds", "margin"),
    [
        (at_least("n", 20.0, 10, "×", ""), True, 2.0),
        (at_least("n", 9.9999999, 10, "×", ""), False, 1.0),
        (at_most("n", 4.0, 2, "s", ""), False, 0.5),
        (at_most("n", 2.0, 2, "s", ""), True, 1.0),
        (at_most("n", 0.0, 1e-5, "", ""), True, float("inf")),
        (at_most("n", float("nan"), 1, "", ""), False, None),
        (shown("n", 3.0, "MB", ""), None, None),
    ],
)
def test_a_row_holds_by_its_exact_value(row: Row, holds: bool | None, margin: float | None) -> None:
    assert row.holds is holds
    if margin is not None:
        assert row.margin == pytest.approx(margin)


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    rows = [at_least("a", 1 / 3, 0.1, "×", "d"), shown("b", 7, "MB", "d")]
    rows = [replace(row, commit=commit_of(MACHINE)) for row in rows]
    write_report(tmp_path, rows, MACHINE)
    later = MACHINE | {"load": 3.0, "git_commit": "0", "git_dirty": True}
    assert kept_rows(tmp_path, later) == rows
    assert commit_of(later) == "0 with changes"


@pytest.mark.parametrize("changed", [{"packages": {}}, {"device": "cuda"}, {"threads": 1}])
def test_rows_of_other_packages_or_another_machine_are_dropped(
    tmp_path: Path, changed: dict
) -> None:
    write_report(tmp_path, [shown("a", 1, "MB", "d")], MACHINE)
    assert kept_rows(tmp_path, MACHINE | changed) == []


def test_nothing_is_kept_of_no_report(tmp_path: Path) -> None:
    assert kept_rows(tmp_path, MACHINE) == []


def test_a_fresh_row_takes_the_place_of_the_one_before() -> None:
    first, second = shown("a", 1, "", ""), shown("b", 2, "", "")
    again, third = shown("a", 3, "", ""), shown("c", 4, "", "")
    assert merged([first, second], [again, third]) == [again, second, third]


def test_the_page_names_what_does_not_hold() -> None:
    rows = [
        replace(at_most("slow | case", 9, 5, "s", "why"), commit="c0ffee0"),
        shown("b", 1, "", ""),
    ]
    page = as_markdown(rows, MACHINE, {"scaling"})
    assert "git does not keep: `bench/scaling.png`.\n" in page
    assert "profile.png" not in page
    assert "Pictures" not in as_markdown(rows, MACHINE, set())
    assert "| slow \\| case | 9 s | ≤ 5 | **no** | c0ffee0 | why |" in page
