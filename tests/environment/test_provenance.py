import subprocess

import pytest

from sru_ner.environment.provenance import folder_digest, git_revision, json_digest


def git(folder, *arguments):
    identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init")
    for folder in ("sru_ner", "reports"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_text("one")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    return tmp_path


def test_what_a_run_writes_is_no_change_of_the_code(repository):
    clean = git_revision(repository)
    assert len(clean.commit) == 40
    assert not clean.dirty
    (repository / "untracked").write_text("")
    (repository / "reports/file").write_text("two")
    assert git_revision(repository) == clean
    (repository / "sru_ner/file").write_text("two")
    assert git_revision(repository).dirty


def test_revision_outside_a_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    found = git_revision(tmp_path)
    assert (found.commit, found.dirty) == ("unknown", False)


def test_folder_digest_follows_names_and_contents(tmp_path):
    digests = set()
    for number, files in enumerate(
        [{"a": "1", "b": "2"}, {"a": "2", "b": "1"}, {"a": "1", "c": "2"}, {"a": "1", "b/c": "2"}]
    ):
        folder = tmp_path / str(number)
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content)
        assert folder_digest(folder) == folder_digest(folder)
        digests.add(folder_digest(folder))
    assert len(digests) == 4


def test_json_digest_takes_keys_in_any_order():
    assert json_digest({"a": 1, "b": [2]}) == json_digest({"b": [2], "a": 1})
    assert json_digest({"a": 1}) != json_digest({"a": 2})
