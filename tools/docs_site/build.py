"""Builds the site with Zensical, and takes the addresses of other servers out of its scripts."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from sru_ner.errors import InputError
from sru_ner.files import write_text
from tools.docs_site.pages import write_pages

ROOT = Path(__file__).resolve().parents[2]
CONFIG = Path("docs/zensical.toml")
_SERVERS = re.compile(r"https://(?:unpkg\.com|cdn\.jsdelivr\.net|api\.github\.com)/")


def build(target: Path, *, root: Path = ROOT) -> Path:
    """Build the site of a checkout in a folder, which is replaced; return the folder of its pages.

    A link that leads nowhere, within a page or between pages, raises `InputError`: the builder is
    strict. The pages work from a disk. They load nothing from other servers.
    """
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    write_pages(root, target / "docs", repository=_repository(root))
    shutil.copyfile(root / CONFIG, target / CONFIG.name)
    (target / "docs" / CONFIG.name).unlink()
    command = [sys.executable, "-m", "zensical", "build", "--strict", "-f", CONFIG.name]
    done = subprocess.run(command, cwd=target, capture_output=True, text=True, check=False)
    if done.returncode:
        said = re.sub(r"\x1b\[[\d;]*m", "", done.stdout + done.stderr).partition("Traceback")[0]
        raise InputError(
            f"the site cannot be built:\n{said.strip()}",
            remedy="correct the link; pages and lines are those of the built copy in"
            f" {target / 'docs'}",
        )
    _load_nothing_from_elsewhere(target / "site")
    return target / "site"


def _load_nothing_from_elsewhere(site: Path) -> None:
    # The theme's script would load players and diagrams from these when a page has some. None has.
    for script in site.rglob("*.js"):
        code = script.read_text(encoding="utf-8")
        if _SERVERS.search(code):
            write_text(script, _SERVERS.sub("./not-loaded/", code))


def _repository(root: Path) -> str | None:
    """Return the address of the repository's files, if pyproject.toml names a repository."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name, address in project.get("urls", {}).items():
        if name.lower() in ("repository", "source", "source code"):
            return f"{address.rstrip('/')}/blob/main/"
    return None
