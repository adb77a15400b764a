"""Services start in the background, answer, and end with all that they started."""

import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from flows.services import Service, running, services, start, stop
from sru_ner.errors import InputError
from tools.ports import free_port


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Service]:
    """A server of files in place of the real ones."""
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    yield Service("page", command, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}/")
    stop("page", tmp_path)


def test_a_service_answers_once_it_is_started_and_ends(page: Service, tmp_path: Path) -> None:
    assert page.page in start(page, tmp_path)
    first = running("page", tmp_path)
    assert first is not None
    with urllib.request.urlopen(page.health, timeout=5) as answer:
        assert answer.status == 200
    assert page.page in start(page, tmp_path)
    assert running("page", tmp_path) == first  # not a second one
    assert stop("page", tmp_path)
    assert not psutil.pid_exists(first.pid) or first.status() == psutil.STATUS_ZOMBIE
    assert running("page", tmp_path) is None
    assert not stop("page", tmp_path)


def test_a_service_that_ends_says_why(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no database')"]
    broken = Service("broken", command, "", f"http://127.0.0.1:{free_port()}/")
    with pytest.raises(InputError, match=r"broken does not answer:\nno database"):
        start(broken, tmp_path)
    assert running("broken", tmp_path) is None


def test_the_port_of_another_process_is_refused(page: Service, tmp_path: Path) -> None:
    start(page, tmp_path)
    second = Service("second", page.command, page.page, page.health)
    with pytest.raises(InputError, match="another process answers at"):
        start(second, tmp_path)


def test_a_number_that_another_process_has_now_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".services").mkdir()
    (tmp_path / ".services/page.json").write_text('{"pid": 1, "began": 0}')
    assert running("page", tmp_path) is None
    assert not stop("page", tmp_path)


def test_both_listen_on_this_machine_only() -> None:
    for service in services(5000, 4200):
        place = list(service.command).index("--host")
        assert service.command[place + 1] == "127.0.0.1"
        assert service.health.startswith("http://127.0.0.1:")
