"""Puts a copy of the project's files into the wheel, from which `sru-ner init` lays one out.

The description of the package is the README, with links that hold where the README's folder is
not: on PyPI.
"""

import re
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
PROJECT = Path("sru_ner/project")
LINK = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z]+:)[^)]*\)")


def description(readme: str) -> str:
    """Return the README without pictures of the repository; links to its files become words."""
    return LINK.sub(lambda link: "" if link[1] else link[2], readme)


class BuildWithProject(build_py):
    """Copies what `sru_ner/project/files.txt` lists; an editable install reads the originals."""

    def run(self) -> None:
        """Build, then copy."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib) / PROJECT / "files"
        shutil.rmtree(target, ignore_errors=True)
        for name in (ROOT / PROJECT / "files.txt").read_text(encoding="utf-8").split():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / name, target / name, ignore=ignored)
            else:
                shutil.copyfile(ROOT / name, target / name)


setup(
    cmdclass={"build_py": BuildWithProject},
    long_description=description((ROOT / "README.md").read_text(encoding="utf-8")),
    long_description_content_type="text/markdown",
)
