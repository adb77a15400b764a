"""Write reports/licences.md: the licences of the packages of constraints.txt.

Run it with `python -m tools.licences`, where they are installed. Licences are what packages say of
themselves, in the newest of the three forms of Python's metadata that they have.
"""

import re
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageMetadata, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from sru_ner.files import write_text
from sru_ner.rendering.markdown import markdown_table

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "reports/licences.md"
CONDITIONS = re.compile(r"GPL|GNU|MPL|Mozilla|EPL|Eclipse|CDDL|EUPL|unknown", re.IGNORECASE)
"""What licences are called under which passing copies on has conditions beyond a notice."""
_CLASSIFIER = re.compile(r"License :: (?:OSI Approved :: )?(.+)")
_LONGEST = 100
HEAD = """\
# Licences of the packages

These are the packages of [`constraints.txt`](../constraints.txt) that are installed where
`python -m tools.licences` wrote this page. `make audit` lists those of any other environment, with
a bill of materials.

"""
FOLLOWS = """\
## With conditions

Whoever passes on copies of these has more to do than to keep a notice.
[Threats](../docs/security.md#licences) says what follows for this project.

"""


def licence_of(package: Distribution) -> str:
    """Return what a package says of its licence, in a line; `unknown` if it says nothing."""
    about = package.metadata
    classifiers = [
        found[1]
        for each in about.get_all("Classifier") or ()
        if (found := _CLASSIFIER.fullmatch(each)) and found[1] != "OSI Approved"
    ]
    # Some packages put the whole text of the licence into this field.
    text = _field(about, "License")
    short = "" if "\n" in text or len(text) > _LONGEST else text
    licence = _field(about, "License-Expression") or "; ".join(classifiers) or short
    return licence if licence and licence.lower() != "unknown" else "unknown"


def _field(about: PackageMetadata, name: str) -> str:
    # Looking up a field that is not there is an error in newer versions of importlib.metadata.
    return about[name].strip() if name in about else ""


def pinned(lines: Iterable[str]) -> list[str]:
    """Return the names of the packages in lines of a file of constraints."""
    return [Requirement(line).name for line in lines if line.strip() and line[0] not in "#-"]


def page() -> str:
    """Return the page, for the packages that are installed."""
    rows = []
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    for name in sorted(pinned(lines), key=str.lower):
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        rows.append([name, package.version, licence_of(package)])
    titles = ("package", "version", "licence")
    special = [row for row in rows if CONDITIONS.search(row[2])]
    return (
        f"{HEAD}{FOLLOWS}{markdown_table(titles, special)}\n## All\n\n"
        f"{markdown_table(titles, rows)}"
    )


if __name__ == "__main__":
    write_text(PAGE, page())
