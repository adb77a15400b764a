"""The house is as CONTRIBUTING says: imports run one way, and every room is on the map."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from tools import name_plates

ROOT = Path(__file__).parents[1]
CODE = ("sru_ner", "flows", "bench", "tools")
LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]


def modules() -> list[Path]:
    """The Python files of the four packages, relative to the project's root."""
    found = (path for package in CODE for path in (ROOT / package).rglob("*.py"))
    return sorted(path.relative_to(ROOT) for path in found)


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        LINT, cwd=root, env={"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False
    )


def test_imports_run_one_way() -> None:
    found = lint_imports(ROOT)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, to be broken."""
    root = tmp_path_factory.mktemp("copy")
    for package in CODE:
        shutil.copytree(
            ROOT / package, root / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("sru_ner/text/words.py", "import sru_ner.cli.main", "A room imports rooms below it only"),
        ("sru_ner/new_room.py", "", "sru_ner.new_room"),
        ("bench/report.py", "import bench.pictures", "There is no circle"),
        ("tools/golden.py", "import bench.report", "above the tools"),
        ("sru_ner/cli/main.py", "import mlflow", "MLflow is spoken to"),
        ("sru_ner/cli/main.py", "import prefect", "does not know the tools above it"),
        ("sru_ner/cli/main.py", "import sru_ner", "front door"),
    ],
)
def test_an_import_the_other_way_is_found(copy: Path, file: str, line: str, broken: str) -> None:
    path = copy / file
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n", encoding="utf-8")
    try:
        found = lint_imports(copy)
    finally:
        path.unlink() if before is None else path.write_text(before, encoding="utf-8")
    assert found.returncode == 1
    words = " ".join(found.stdout.split())
    assert broken in words.partition("Broken contracts")[2]


def required_modules() -> set[str]:
    """Top-level modules of the distributions that pyproject.toml names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    names = {re.split(r"[^\w.-]", each)[0] for each in [*project["dependencies"], *extras]}
    found = set()
    for name in names - {project["name"]}:
        found.add(name.lower().replace("-", "_"))
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:  # an extra that is not installed here, such as Ray
            continue
        found |= {file.parts[0].removesuffix(".py") for file in files if file.suffix == ".py"}
    return found


def test_no_module_bears_the_name_of_a_library() -> None:
    libraries = required_modules() | sys.stdlib_module_names
    assert {"numpy", "yaml", "pooch", "csv"} <= libraries
    named = [path for path in modules() if path.stem in libraries or path.parent.name in libraries]
    assert [str(path) for path in named if not path.stem.startswith("__")] == []


def test_every_folder_of_code_is_a_package_that_says_what_it_is_for() -> None:
    for folder in {path.parent for path in modules()}:
        file = ROOT / folder / "__init__.py"
        assert file.is_file(), f"{folder} has no __init__.py"
        docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        assert docstring.partition("\n")[0].endswith("."), (
            f"{folder}: no sentence in its first line"
        )


def test_name_plates_and_the_map_of_rooms_are_up_to_date() -> None:
    stale = [
        str(path)
        for path, text in name_plates.texts()
        if (ROOT / path).read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run `python -m tools.name_plates`"


def test_every_room_is_on_the_map_once() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, rows = page.split("| room | what it is for | imports |\n|---|---|---|\n")
    cells = [row.split(" | ") for row in rows.partition("\n\n")[0].splitlines()]
    shown = [row[0].strip("| `") for row in cells]
    there = [
        f"{path.name}/" if path.is_dir() else path.name
        for path in (ROOT / "sru_ner").iterdir()
        if path.suffix == ".py" or any(path.rglob("*.py"))
    ]
    assert sorted(shown) == sorted(there)
    order = [name.removesuffix("/").removesuffix(".py") for name in shown]
    assert order == name_plates.rooms()
    for name, row in zip(order, cells, strict=True):
        below = set(order[order.index(name) + 1 :])
        assert set(row[2].strip("| –").split(", ")) - {""} <= below, name
