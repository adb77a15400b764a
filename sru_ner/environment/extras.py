"""Lists the optional packages of this project, its extras, and names the one that is missing.

Annotating needs no extra.
"""

import re
from importlib.metadata import PackageNotFoundError, requires

from sru_ner.errors import InputError, first_line

OFFERED = ("score", "train", "spacy", "serve", "judge", "pipeline", "onnx", "ray", "spark")
"""Extras for users. If two have the same package, messages name the first."""

_PARTS = re.compile(r"sru-ner\[([\w,-]+)\]")
_EXTRA = re.compile(r"""extra\s*==\s*["']([\w-]+)["']""")


def requirements(extra: str | None) -> list[str]:
    """Return the requirements of an extra, or for None those of the package, without markers.

    Those of an extra that is a part of it are among them.

    Raises `PackageNotFoundError` if this package runs without being installed.
    """
    found = []
    for line in requires("sru-ner") or []:
        requirement, _, marker = line.partition(";")
        named = _EXTRA.search(marker)
        if (named and named[1]) != extra:
            continue
        if parts := _PARTS.match(requirement):
            found += [line for part in parts[1].split(",") for line in requirements(part)]
        else:
            found.append(requirement.strip())
    return found


def not_installed(error: ImportError) -> InputError | None:
    """Turn a failed import into an error that names the extra to install.

    A package that is there, but fails when it is imported, is named with what it says. Returns None
    if the package comes without extras, or if no extra has it.
    """
    package = (error.name or "").partition(".")[0].replace("_", "-")
    is_missing = isinstance(error, ModuleNotFoundError) and "." not in (error.name or "")
    fault = "is not installed" if is_missing else f"cannot be imported: {first_line(error)}"
    option = "" if is_missing else "--upgrade "
    try:
        packages = {extra: list(map(_package, requirements(extra))) for extra in OFFERED}
        comes_anyway = package in map(_package, requirements(None))
    except PackageNotFoundError:
        return None
    if comes_anyway:
        return None
    for extra, names in packages.items():
        if package in names:
            return InputError(
                f"this needs {package}, which {fault}",
                remedy=f"pip install {option}'sru-ner[{extra}]', or in a clone: "
                f"pip install {option}'.[{extra}]'",
            )
    return None


def _package(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement)[0].lower()
