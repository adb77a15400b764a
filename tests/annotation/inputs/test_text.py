import sys
from pathlib import Path

import pytest

from sru_ner.annotation.inputs.formats import SUFFIXES, find_input, guess_input
from sru_ner.annotation.inputs.source import InputOptions, find_sources, input_options
from sru_ner.corpora.incidents import Incidents
from sru_ner.errors import InputError, UnknownNameError
from tests.annotation.inputs.reading import read, write


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_a_line_of_text_is_a_document(tmp_path: Path, name: str) -> None:
    documents, _ = read(write(tmp_path / name, "\ufeffIL-2\u2028here\r\n\nmice"))
    assert [(d.id, d.text) for d in documents] == [
        ("a-000001", "IL-2\u2028here"),
        ("a-000002", ""),
        ("a-000003", "mice"),
    ]


def test_standard_input_is_text_unless_said_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [source] = find_sources(["-"], SUFFIXES)
    assert guess_input(source) == "text"
    with write(tmp_path / "a.txt", "IL-2\n").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        [document] = find_input("text").read(source, InputOptions(), Incidents().add)
    assert document.id == "stdin-000001"


def test_a_whole_file_is_a_document_with_its_line_ends_and_mark(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    content = "\ufeffIL-2\r\nin\tna\u00efve\rmice\u2028\n"
    for name, encoding in (("a.txt", "utf-8"), ("b/a.txt", "utf-16-le"), ("c.v2.text", "utf-8")):
        (tmp_path / name).write_bytes(content.encode(encoding))
    sources = find_sources([str(tmp_path)], find_input("text").suffixes)
    options = InputOptions(unit="file")
    found = [d for s in sources for d in find_input("text").read(s, options, Incidents().add)]
    assert [(d.id, d.text) for d in found] == [
        ("a", content),
        ("b/a", content),
        ("c.v2", content),
    ]


def test_another_encoding_is_named_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("one\nna\u00efve \u0153dema\n".encode("cp1252"))
    [source] = find_sources([str(path)], [".txt"])
    text = find_input("text")
    for unit in ("line", "file"):
        named = InputOptions(unit=unit, encoding="cp1252")
        documents = list(text.read(source, named, Incidents().add))
        assert documents[-1].text.endswith(
            "na\u00efve \u0153dema\n"[: None if unit == "file" else -1]
        )
        with pytest.raises(InputError, match="--encoding cp1252") as caught:
            list(text.read(source, InputOptions(unit=unit), Incidents().add))
        assert caught.value.line == 2


def test_what_a_user_says_is_checked() -> None:
    given = {"text": "text", "id_": None}
    with pytest.raises(UnknownNameError, match="cp1251"):
        input_options(**given, unit="line", encoding="cp1253", format_=None)
    with pytest.raises(InputError, match="--unit file is for plain text, not for csv"):
        input_options(**given, unit="file", encoding="utf-8", format_="csv")
    assert input_options(**given, unit="file", encoding="UTF-16", format_="text") == InputOptions(
        unit="file", encoding="utf-16"
    )
