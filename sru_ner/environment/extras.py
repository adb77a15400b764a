"""What comes with an extra of this package: annotating and scoring need none of it."""

import re
from importlib.metadata import PackageNotFoundError, requires

from sru_ner.errors import InputError

OFFERED = ("serve", "pipeline", "onnx", "ray", "spark")
"""The extras for users; of two that have a package, the first is named."""

_EXTRA = re.compile(r"""extra\s*==\s*["']([\w-]+)["']""")


def requirements(extra: str | None) -> list[str]:
    """The requirements of an extra, or of none, without their markers.

    Raises `PackageNotFoundError` where this package runs without being installed.
    """
    found = []
    for line in requires("sru-ner") or []:
        requirement, _, marker = line.partition(";")
        named = _EXTRA.search(marker)
        if (named and named[1]) == extra:
            found.append(requirement.strip())
    return found


def not_installed(error: ImportError) -> InputError | None:
    """What to tell who lacks the package that could not be imported; None if no extra has it."""
    package = (error.name or "").partition(".")[0].replace("_", "-")
    try:
        packages = {extra: list(map(_package, requirements(extra))) for extra in OFFERED}
    except PackageNotFoundError:
        return None
    for extra, names in packages.items():
        if package in names:
            return InputError(
                f"this needs {package}, which is not installed",
                remedy=f"install the extra, in a clone: pip install '.[{extra}]'",
            )
    return None


def _package(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement)[0].lower()
