"""Copies the files of a project into a new folder, and fits them to an installed package.

The files are those of this package's own project. A wheel has a copy of them, which `setup.py`
makes; a checkout has the files themselves.
"""

import re
import shutil
import subprocess
from pathlib import Path

from sru_ner.environment.version import __version__
from sru_ner.errors import InputError
from sru_ner.files import write_text
from sru_ner.layout import SUITES
from sru_ner.project.suite_folder import STAGES, link_stages

_HERE = Path(__file__).parent
_COPY = _HERE / "files"
"""Copy of the project's files, in a wheel."""
_OWN = ("README.md", "Makefile")
"""Files that only a new project has."""
_CODE = re.compile(r"^ +- (?:\.\./)+sru_ner/.*\n", re.MULTILINE)
_DEPS = re.compile(r"^( +)deps:\n", re.MULTILINE)
_CODE_COMMENT = re.compile(r"^ +#.*\n(?= +- (?:\.\./)+sru_ner/)", re.MULTILINE)
_STAGES = {"data/dvc.yaml": "../", str(STAGES): "../../"}
"""File with stages → way from the folder where DVC reads it to the project's."""


def lay_out(project: Path, *, git: bool = True) -> None:
    """Make the folder of a project.

    git: whether to make it a git repository, if git is installed and no other repository contains
    it. Without one, DVC keeps no history of the project. Raises `InputError` for a folder that has
    content, and for an installation without the project's files.
    """
    if project.exists() and (not project.is_dir() or any(project.iterdir())):
        raise InputError(
            "this exists already", path=project, remedy="name a folder that does not exist"
        )
    origin = _origin()
    for name in names():
        source, target = origin / name, project / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    for name in _OWN:
        shutil.copyfile(_HERE / name, project / name)
    write_text(project / "requirements.txt", f"sru-ner[pipeline]=={__version__}\n")
    # A stage depends on this folder, so git has to keep it.
    write_text(project / "corpora/.gitkeep", "")
    for name, up in _STAGES.items():
        stages = project / name
        write_text(stages, with_version(stages.read_text(encoding="utf-8"), up))
    for params in (project / SUITES).glob("*/params.yaml"):
        link_stages(project, params.parent.name)
    if not _in_repository(project) and not (git and _make_repository(project)):
        settings = project / ".dvc/config"
        text = settings.read_text(encoding="utf-8")
        write_text(settings, text.replace("[core]\n", "[core]\n    no_scm = true\n"))


def names() -> list[str]:
    """Return the files and folders of a project, relative to it."""
    return (_HERE / "files.txt").read_text(encoding="utf-8").split()


def with_version(stages: str, up: str) -> str:
    """Let the stages of a `dvc.yaml` depend on the package's version instead of on its code.

    An installed package is outside of the project, where DVC does not see its files. up: way from
    the folder of the `dvc.yaml` to the project's.
    """
    without_code = _CODE.sub("", _CODE_COMMENT.sub("", stages))
    return _DEPS.sub(rf"\1deps:\n\1  - {up}requirements.txt\n", without_code)


def _origin() -> Path:
    checkout = _HERE.parents[1]
    for folder in (_COPY, checkout):
        if (folder / "dvc.yaml").is_file():
            return folder
    raise InputError(
        "this installation of sru-ner has no files of a project",
        path=_COPY,
        remedy="install it again from a wheel",
    )


def _in_repository(project: Path) -> bool:
    return any((folder / ".git").exists() for folder in project.resolve().parents)


def _make_repository(project: Path) -> bool:
    git = shutil.which("git")
    if git is None:
        return False
    done = subprocess.run([git, "init", "--quiet"], cwd=project, check=False)
    return done.returncode == 0
