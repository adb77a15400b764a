"""`python -m bench` writes what the groups measure; its status says whether all figures hold."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import __main__ as command
from bench.report import Row, at_least, at_most, shown
from sru_ner.errors import SruNerError, UnknownNameError


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Row] | SruNerError]:
    """Rows by group, measured in place of the real groups."""
    found: dict[str, list[Row] | SruNerError] = {}

    def rows(group: str) -> Iterator[Row]:
        given = found[group]
        if isinstance(given, SruNerError):
            raise given
        yield from given

    def groups(_: object) -> dict:
        return {group: lambda group=group: rows(group) for group in found}

    monkeypatch.setattr(command.Workbench, "groups", groups)
    return found


def written(reports: Path) -> dict[str, float]:
    rows = json.loads((reports / "bench.json").read_text(encoding="utf-8"))
    keys = {"name", "value", "unit", "required", "holds", "detail", "commit"}
    assert all(set(row) == keys and row["commit"] for row in rows)
    return {row["name"]: row["value"] for row in rows}


def test_rows_of_some_groups_join_those_there(tmp_path: Path, measured: dict) -> None:
    measured.update(one=[at_least("a", 3, 2, "×", "")], two=[shown("b", 1, "MB", "")])
    assert command.main(["--reports", str(tmp_path)]) == 0
    measured["two"] = [shown("b", 5, "MB", "")]
    assert command.main(["two", "--reports", str(tmp_path)]) == 0
    assert written(tmp_path) == {"a": 3, "b": 5}
    assert "`bench/figures.png`" in (tmp_path / "bench.md").read_text(encoding="utf-8")
    machine = json.loads((tmp_path / "bench" / "machine.json").read_text(encoding="utf-8"))
    assert machine["threads"] == 2


def test_a_group_that_takes_hours_has_to_be_named(tmp_path: Path, measured: dict) -> None:
    measured.update(one=[shown("a", 1, "", "")], front=[shown("b", 2, "", "")])
    assert command.main(["--reports", str(tmp_path)]) == 0
    assert written(tmp_path) == {"a": 1}
    assert command.main(["front", "--reports", str(tmp_path)]) == 0
    assert written(tmp_path) == {"a": 1, "b": 2}


def test_what_is_not_as_required_is_status_1(tmp_path: Path, measured: dict) -> None:
    measured["one"] = [at_most("a", 3, 2, "s", ""), at_most("b", 1, 2, "s", "")]
    assert command.main(["--reports", str(tmp_path)]) == 1
    assert written(tmp_path) == {"a": 3, "b": 1}


def test_what_cannot_be_measured_is_status_2_and_stops_nothing(
    tmp_path: Path, measured: dict, capsys: pytest.CaptureFixture[str]
) -> None:
    measured.update(one=SruNerError("no mirror"), two=[shown("b", 1, "MB", "")])
    assert command.main(["--reports", str(tmp_path)]) == 2
    assert written(tmp_path) == {"b": 1}
    assert "no mirror" in capsys.readouterr().err


def test_an_unknown_group_is_named_before_anything_runs(tmp_path: Path, measured: dict) -> None:
    measured["one"] = [shown("a", 1, "", "")]
    with pytest.raises(UnknownNameError, match=r"'ome'.*one"):
        command.main(["ome", "--reports", str(tmp_path)])
    assert not list(tmp_path.iterdir())


def test_help_lists_the_groups(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--help"])
    assert "recurrence" in capsys.readouterr().out
