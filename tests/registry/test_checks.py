import pytest

from sru_ner.environment.checks import Check
from sru_ner.registry.checks import check_store
from tests.health_server import health_server


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


def test_the_store_of_a_project_is_not_made(tmp_path):
    [check] = check_store(tmp_path)
    assert check.ready
    assert "the first registration makes it" in check.found
    assert list(tmp_path.iterdir()) == []


def test_a_server_is_asked_and_shown_without_its_password(monkeypatch, tmp_path):
    with health_server() as url:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", url)
        assert list(check_store(tmp_path)) == [Check("MLflow", True, url)]
        monkeypatch.setenv("MLFLOW_TRACKING_URI", url.replace("://", "://me:secret@"))
        assert list(check_store(tmp_path)) == [Check("MLflow", True, url)]
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"{url}/elsewhere")
        [elsewhere] = check_store(tmp_path)
        assert not elsewhere.ready
        assert "answers with status 404" in elsewhere.found
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:secret@127.0.0.1:9")
    [silent] = check_store(tmp_path)
    assert not silent.ready
    assert "secret" not in silent.found
    assert "unset MLFLOW_TRACKING_URI" in silent.remedy
