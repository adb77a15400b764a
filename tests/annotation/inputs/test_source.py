import os
from pathlib import Path, PurePath

import pytest

from sru_ner.annotation.inputs.formats import SUFFIXES
from sru_ner.annotation.inputs.source import find_sources
from sru_ner.errors import InputError


def test_folders_and_globs_stand_for_their_files(tmp_path: Path) -> None:
    for name in ("b/x.txt", "b/deep/y.jsonl.gz", "b/.hidden.txt", "b/_shards/z.txt", "b/notes.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [s.name for s in find_sources([str(tmp_path / "b")], SUFFIXES)] == [
        "deep/y.jsonl.gz",
        "x.txt",
    ]
    assert [s.name for s in find_sources([f"{tmp_path}/b/*.md"], SUFFIXES)] == ["notes.md"]
    for wrong, message in (
        ("nowhere.txt", "nowhere.txt: there is no such file or folder"),
        (f"{tmp_path}/*.txt", "no file matches"),
        (f"{tmp_path}/b/_shards", "no file in this folder"),
    ):
        if wrong.endswith("_shards"):
            (tmp_path / "b/_shards/z.txt").unlink()
        with pytest.raises(InputError, match=message):
            find_sources([wrong], SUFFIXES)
    twice = [str(tmp_path / "b"), str(tmp_path / "b/x.txt")]
    with pytest.raises(InputError, match=r"x\.txt: this input is named twice"):
        find_sources(twice, SUFFIXES)


def test_what_was_written_is_no_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    out = Path("corpus/out")
    out.mkdir(parents=True)
    for name in ("corpus/a.txt", "corpus/out/a.jsonl", "corpus/out.jsonl", "corpus/outer.txt"):
        Path(name).touch()
    for given in ("corpus", "corpus/**", str(tmp_path / "corpus")):
        found = [s.name for s in find_sources([given], SUFFIXES, output=out)]
        assert found == ["a.txt", "out.jsonl", "outer.txt"]
        found = [s.name for s in find_sources([given], SUFFIXES, output=Path("corpus/out.jsonl"))]
        assert [Path(name).name for name in found] == ["a.txt", "a.jsonl", "outer.txt"]
    with pytest.raises(InputError, match="the folder is in the output folder"):
        find_sources(["corpus/out"], SUFFIXES, output=out)


def test_the_work_grows_with_the_number_of_files_not_its_square(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(100):
        (tmp_path / f"{number}.txt").touch()
    compared = 0
    equal = PurePath.__eq__

    def counted(one: PurePath, other: object) -> bool:
        nonlocal compared
        compared += 1
        return equal(one, other)

    monkeypatch.setattr(PurePath, "__eq__", counted)
    assert len(find_sources([str(tmp_path)], SUFFIXES)) == 100
    assert compared < 1000


def test_a_device_without_an_end_is_refused() -> None:
    for name in ("/dev/zero", "/dev/urandom"):
        with pytest.raises(InputError, match="never ends"):
            find_sources([name], SUFFIXES)
    (empty,) = find_sources(["/dev/null"], SUFFIXES)
    assert empty.pipe == Path("/dev/null")
    main, terminal = os.openpty()
    try:
        (typed,) = find_sources([os.ttyname(terminal)], SUFFIXES)
        assert typed.pipe
    finally:
        os.close(main)
        os.close(terminal)
