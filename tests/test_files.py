import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sru_ner.errors import InputError
from sru_ner.files import (
    MAX_REPEATED,
    atomic_path,
    files_below,
    parse_yaml,
    read_json,
    read_yaml,
    write_json,
    write_text,
)
from sru_ner.locks import WORK


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


KILLED = """
import os, signal, sys
from pathlib import Path
from sru_ner.files import atomic_path
with atomic_path(Path(sys.argv[1])) as fresh:
    fresh.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
KILLED_WHILE_REPLACING = """
import os, signal, sys
from pathlib import Path
from sru_ner.files import atomic_path
def kill(self, target):
    if os.path.basename(target) == "folder":
        os.kill(os.getpid(), signal.SIGKILL)
    return os.replace(self, target)
Path.replace = kill
with atomic_path(Path(sys.argv[1])) as fresh:
    fresh.mkdir()
    (fresh / "new").touch()
"""


def run_to_its_end(code: str, target: Path, folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code, target], cwd=folder, check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.fault(
    "SIGKILL while a corpus file is written",
    before="a folder `.name.XXXX` stayed in the output for ever, and became part of its digest",
    now="the folder of an output holds only outputs; the next start removes what was left",
)
def test_a_kill_leaves_nothing_in_the_folder_of_the_target(tmp_path: Path) -> None:
    target = tmp_path / "data" / "raw" / "corpus" / "a.txt"
    run_to_its_end(KILLED, target, tmp_path)
    assert [*target.parent.iterdir()] == []
    assert len([*(tmp_path / WORK).iterdir()]) == 1
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        write_text(target, "whole")
    finally:
        os.chdir(before)
    assert target.read_text() == "whole"
    assert not (tmp_path / WORK).exists()


@pytest.mark.fault(
    "SIGKILL between the two steps in which a folder is replaced",
    before="the old folder was in `.name.XXXX/replaced`, and there was none at its place",
    now="the next start puts the new folder in its place",
)
def test_a_kill_between_the_two_steps_of_a_replacement_loses_nothing(tmp_path: Path) -> None:
    target = tmp_path / "folder"
    target.mkdir()
    (target / "old").touch()
    run_to_its_end(KILLED_WHILE_REPLACING, target, tmp_path)
    assert not target.exists()
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        write_text(tmp_path / "other", "")
    finally:
        os.chdir(before)
    assert [path.name for path in target.iterdir()] == ["new"]


@pytest.mark.fault(
    "two processes write at the same place at once",
    before="nothing was removed, so nothing was removed by mistake",
    now="what a running process writes is locked, and stays",
)
def test_what_a_running_process_writes_is_not_removed(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "a") as fresh:
        write_text(tmp_path / "b", "by another")
        fresh.write_text("still there")
    assert (tmp_path / "a").read_text() == "still there"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.fault(
    "Another process removes a folder while the one above it is read",
    before="a traceback",
    now="the files that are left are read",
)
def test_what_goes_away_meanwhile_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "gone/b.txt", "kept/deep/c.txt"):
        write_text(tmp_path / name, "")
    (tmp_path / "link").symlink_to("kept")
    scandir = os.scandir

    def late(place: str | Path | int) -> Iterator[os.DirEntry[str]]:
        if not isinstance(place, int) and Path(place).name == "gone":
            shutil.rmtree(place)
        return scandir(place)

    monkeypatch.setattr(os, "scandir", late)
    found = {path.relative_to(tmp_path).as_posix() for path in files_below(tmp_path)}
    assert found == {"a.txt", "kept/deep/c.txt"}


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


def bomb(levels: int) -> str:
    """Aliases of aliases: nine times as many values on each level."""
    lines = [
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]"
        for level in range(1, levels + 1)
    ]
    return "\n".join(["a0: &a0 [x]", *lines]) + "\n"


def test_aliases_of_aliases_are_refused_before_they_grow(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(bomb(8))  # 43 million values
    began = time.process_time()
    with pytest.raises(
        InputError, match=r"a\.yaml:5: .*aliases stand for more than 10,000"
    ) as caught:
        read_yaml(path, remedy="")
    assert time.process_time() - began < 1
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: &a [*a]", id="in itself"),
        pytest.param("a: &a {b: *a}", id="in its value"),
        pytest.param("[" * 5000, id="deep lists"),
        pytest.param("{a: " * 5000, id="deep maps"),
        pytest.param("- " * 5000 + "x", id="deep blocks"),
        pytest.param("a: 2024-13-45", id="no date"),
        pytest.param("a: " + "1" * 5000, id="a long number"),
        pytest.param("a: !!binary 'x'", id="no binary"),
        pytest.param("a: !!python/object/apply:os.system ['touch mark']", id="code"),
        pytest.param("a: !!python/name:os.system", id="a name of code"),
        pytest.param("[a]: 1\n", id="a key that is a list"),
        pytest.param("? {a: 1}\n: 1", id="a key that is a map"),
        pytest.param("a: \x00", id="a sign that YAML has not"),
    ],
)
def test_hostile_yaml_is_an_error_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"^x(:1)?: this is not valid YAML"):
        parse_yaml(text, path="x")
    assert not Path("mark").exists()


def test_usual_aliases_and_merged_maps_are_read() -> None:
    text = "common: &c {a: 1, b: [2]}\none: {<<: *c, a: 3}\ntwo: *c\n"
    found = parse_yaml(text)
    assert found == {
        "common": {"a": 1, "b": [2]},
        "one": {"a": 3, "b": [2]},
        "two": found["common"],
    }
    assert len(parse_yaml("a: &a x\nb:\n" + "- *a\n" * MAX_REPEATED)["b"]) == MAX_REPEATED
    with pytest.raises(InputError, match="stand for more"):
        parse_yaml("a: &a x\nb:\n" + "- *a\n" * (MAX_REPEATED + 1))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "1" * 5000])
def test_hostile_json_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError, match=r"a\.json: this is not valid JSON"):
        read_json(tmp_path / "a.json", remedy="make it")
