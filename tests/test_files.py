from pathlib import Path

import pytest

from sru_ner.files import atomic_path, write_json, write_text


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
