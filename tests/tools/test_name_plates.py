"""What packages import is read from their code, and written where it was before."""

from pathlib import Path

import pytest

from sru_ner.errors import InputError
from tools import name_plates
from tools.name_plates import Imports, with_imports


@pytest.fixture
def plate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Writes a docstring, and returns the file's text with its imports."""
    monkeypatch.setattr(name_plates, "ROOT", tmp_path)

    def write(text: str, *imports: str) -> str:
        (tmp_path / "a.py").write_text(text, encoding="utf-8")
        return with_imports(Path("a.py"), list(imports))

    return write


def test_imports_end_the_docstring_and_take_the_place_of_earlier_ones(plate) -> None:
    first = plate('# c\n"""What it is for.\n\nMore of it."""\n\nx = 1\n', "errors", "files")
    told = '"""What it is for.\n\nMore of it.\n\nImports: errors, files.\n"""'
    assert first == f"# c\n{told}\n\nx = 1\n"
    assert plate(first, "errors", "files") == first
    assert plate(first).count("Imports: nothing.") == 1
    assert "errors" not in plate(first)


def test_many_imports_take_several_lines_that_are_replaced_together(plate) -> None:
    many = [f"package_{number}" for number in range(30)]
    first = plate('"""What it is for."""\n', *many)
    assert max(map(len, first.splitlines())) <= 100
    assert plate(first, "errors") == '"""What it is for.\n\nImports: errors.\n"""\n'


def test_a_file_without_a_docstring_is_an_error(plate) -> None:
    with pytest.raises(InputError, match="no docstring"):
        plate("x = 1\n")


def test_imports_are_those_of_the_code() -> None:
    imports = Imports()
    assert imports.of("errors") == []
    assert imports.of("files") == ["errors", "locks"]
    assert imports.of("__main__") == ["cli"]
    assert "inference" in imports.of("__init__")
    assert {"corpora", "errors"} <= set(imports.of("corpora/readers"))
    assert "corpora/readers" in imports.packages()
    assert "files" not in imports.packages()
