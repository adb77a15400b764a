from collections.abc import Callable
from pathlib import Path

import pytest

from sru_ner.errors import InputError
from sru_ner.files import atomic_path, read_json, read_yaml, write_json, write_text


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "a.txt"

    def cut_short() -> None:
        with atomic_path(target) as fresh:
            fresh.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_short()
    assert list(target.parent.iterdir()) == []
    write_text(target, "whole\n")
    assert target.read_bytes() == b"whole\n"


def test_what_was_there_stays_when_the_new_fails(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write_json(target, {"μ": 1})
    with pytest.raises(TypeError):
        write_json(target, object())
    assert target.read_text(encoding="utf-8") == '{\n  "μ": 1\n}\n'
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    for name in ("old", "new"):
        with atomic_path(target) as fresh:
            fresh.mkdir()
            (fresh / name).touch()
    assert [p.name for p in target.iterdir()] == ["new"]
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.json",
            None,
            r"^a\.json: the file cannot be read \(No such file or directory\)\n  → make",
        ),
        ("a.json", '{"a": 1,\n}', r"^a\.json:\d: this is not valid JSON: .*\n  → make it$"),
        (
            "a.yaml",
            None,
            r"^a\.yaml: the file cannot be read \(No such file or directory\)\n  → make",
        ),
        ("a.yaml", "a: {b\n", r"^a\.yaml:\d: this is not valid YAML"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str | None, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path(name).write_text(content)
    read = read_json if name.endswith("json") else read_yaml
    with pytest.raises(InputError, match=message):
        read(Path(name), remedy="make it")


@pytest.mark.parametrize("read", [read_json, read_yaml])
def test_a_file_in_another_encoding_is_named(tmp_path: Path, read: Callable[..., object]) -> None:
    (tmp_path / "a").write_bytes('{"a": 1,\n"é": 2}'.encode("latin-1"))
    with pytest.raises(InputError, match=r"a:2: the file is not UTF-8 \(byte 0xe9\)\n  → convert"):
        read(tmp_path / "a", remedy="make it")


def test_json_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"μ": [1, None]})
    assert read_json(tmp_path / "a.json", remedy="") == {"μ": [1, None]}
