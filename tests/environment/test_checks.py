from pathlib import Path

import pytest

from sru_ner.environment import checks, extras
from sru_ner.environment.checks import (
    Check,
    check_commands,
    check_device,
    check_encoder,
    check_git,
    check_packages,
    check_python,
    check_server,
)
from tests.health_server import health_server


def test_a_requirement_that_is_not_met_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["pandas>=900", "no-such-package", "numpy>=1", "nothing; extra == 'dev'"]
    monkeypatch.setattr(extras, "requires", lambda name: lines)
    requirements = {check.part: check for check in check_packages()}["requirements"]
    assert not requirements.ready
    assert "is not >=900" in requirements.found
    assert "no-such-package is not installed" in requirements.found
    assert "numpy" not in requirements.found


def test_parts_of_this_installation_are_ready() -> None:
    assert next(check_python()).ready
    assert next(check_encoder()).ready
    [device] = check_device()
    assert device.ready
    assert "threads: " in device.found


def test_commands_of_another_python_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [check.found for check in check_commands()] == ["not on the path"] * 2
    (tmp_path / "dvc").touch(mode=0o755)
    _, dvc = check_commands()
    assert not dvc.ready
    assert "another Python" in dvc.found


def test_a_folder_with_and_without_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    [check] = check_git(tmp_path)
    assert not check.ready
    assert check.found == f"there is no commit in {tmp_path}"
    monkeypatch.setenv("PATH", "")
    assert next(check_git(tmp_path)).found == "not installed"


def test_a_server_answers_or_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with health_server() as url:
        assert check_server("it", url, shown="s", variable="V") == Check("it", True, "s")
        other = check_server("it", f"{url}/other", shown="s", variable="V")
        assert (other.ready, other.found) == (False, "s answers with status 404")
    monkeypatch.setattr(checks, "_TIMEOUT", 1.0)
    silent = check_server("it", "http://127.0.0.1:9", shown="s", variable="V")
    assert not silent.ready
    assert "s does not answer" in silent.found
    assert silent.remedy == "start the server, or unset V"
    assert check_server("it", "file:/x", shown="s", variable="V").found == "s (not tried)"
