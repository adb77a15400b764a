import subprocess

from sru_ner.environment.provenance import folder_digest, git_revision, json_digest


def git(folder, *arguments):
    identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_revision_of_a_repository(tmp_path):
    git(tmp_path, "init")
    (tmp_path / "file").write_text("one")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "-m", "first")
    clean = git_revision(tmp_path)
    assert len(clean.commit) == 40
    assert not clean.dirty
    (tmp_path / "untracked").write_text("")
    assert git_revision(tmp_path) == clean
    (tmp_path / "file").write_text("two")
    assert git_revision(tmp_path).dirty


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
