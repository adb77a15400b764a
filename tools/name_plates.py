"""Write the imports of every package into its docstring, and the table of rooms into CONTRIBUTING.

`python -m tools.name_plates` is run after a change of imports or of a docstring's first line. A
room is a package or module directly in `sru_ner/`. The order of the rooms is that of the layers in
pyproject.toml, from top to bottom.
"""

import ast
import re
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp

from sru_ner.errors import InputError
from sru_ner.files import write_text
from sru_ner.rendering.amounts import counted
from sru_ner.rendering.markdown import markdown_table
from tools.page_block import with_block

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "sru_ner"
PAGE = Path("CONTRIBUTING.md")
BEGIN, END = "<!-- rooms: begin, by python -m tools.name_plates -->", "<!-- rooms: end -->"
_IMPORTS = re.compile(r"\n*^Imports: [^.]*\.\s*\Z", re.MULTILINE)
_WIDTH = 100


def rooms(root: Path = ROOT) -> list[str]:
    """List the rooms from top to bottom; `__init__`, the front door, is above all layers."""
    config = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    return ["__init__", *next(each["layers"] for each in contracts if each["id"] == "layers")]


def file_of(room: str) -> Path:
    """Return the file whose docstring says what a room, or a package within one, is for."""
    path = Path(PACKAGE, room)
    return path / "__init__.py" if (ROOT / path).is_dir() else path.with_suffix(".py")


class Imports:
    """The imports within the package, read from its source code without running it."""

    def __init__(self) -> None:
        self._graph = grimp.build_graph(PACKAGE, cache_dir=None)

    def packages(self) -> list[str]:
        """List the packages within `sru_ner`, such as `corpora` and `corpora/readers`."""
        names = [name for name in self._graph.modules if file_of(_path(name)).stem == "__init__"]
        return sorted(_path(name) for name in names if name != PACKAGE)

    def of(self, room: str) -> list[str]:
        """List the rooms that a room, or a package within one, imports from.

        A package within a room also names its own room if it imports another part of it.
        """
        module = ".".join([PACKAGE, *room.split("/")]).removesuffix(".__init__")
        inside = {module} if module == PACKAGE else {module, *self._graph.find_descendants(module)}
        found = {
            imported
            for each in inside
            for imported in self._graph.find_modules_directly_imported_by(each)
        }
        return sorted({name.split(".")[1] for name in found - inside if name != PACKAGE})


def _path(module: str) -> str:
    return module.removeprefix(f"{PACKAGE}.").replace(".", "/")


def first_line(room: str) -> str:
    """Return the first line of the docstring of a room. Raises `InputError` if there is none."""
    _, _, body = _docstring(file_of(room))
    return body.strip().partition("\n")[0]


def with_imports(path: Path, imports: list[str]) -> str:
    """Return the text of a file whose docstring ends by naming what the package imports."""
    before, after, body = _docstring(path)
    told = f"Imports: {', '.join(imports) or 'nothing'}."
    lines = textwrap.fill(told, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return f'{before}"""{_IMPORTS.sub("", body).rstrip()}\n\n{lines}\n"""{after}'


def _docstring(path: Path) -> tuple[str, str, str]:
    """Cut a file at its docstring: the text before and after it, and the docstring as written."""
    text = (ROOT / path).read_text(encoding="utf-8")
    first = next(iter(ast.parse(text).body), None)
    source = ast.get_source_segment(text, first) if isinstance(first, ast.Expr) else None
    if source is None or not source.startswith('"""'):
        raise InputError(
            "the file has no docstring",
            path=path,
            remedy='write one between """, whose first line says what it is for',
        )
    before, _, after = text.partition(source)
    return before, after, source.removeprefix('"""').removesuffix('"""')


def table(imports: Imports) -> str:
    """Return the table of rooms as Markdown."""
    rows = []
    for room in rooms():
        name = f"{room}/" if (ROOT / PACKAGE / room).is_dir() else f"{room}.py"
        named = ", ".join(imports.of(room)) or "–"
        rows.append((f"`{name}`", first_line(room), named))
    return markdown_table(("room", "what it is for", "imports"), rows)


def texts() -> Iterator[tuple[Path, str]]:
    """Yield every file that this tool writes, with the text that it should have."""
    imports = Imports()
    for package in imports.packages():
        path = file_of(package)
        yield path, with_imports(path, imports.of(package))
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    yield PAGE, with_block(page, BEGIN, END, table(imports), path=PAGE)


def main() -> None:
    """Write the files that are not up to date, and print their names."""
    stale = [(p, text) for p, text in texts() if (ROOT / p).read_text(encoding="utf-8") != text]
    for path, text in stale:
        write_text(ROOT / path, text)
        print(path)
    print(f"{counted(len(stale), 'file')} changed")


if __name__ == "__main__":
    main()
