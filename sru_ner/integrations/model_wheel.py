"""Builds a wheel of a model, which pip installs and `Annotator.load` finds by its name.

The wheel holds data only: the files of a packaged model and an entry point that names their folder.
Nothing of it is imported to load the model. setuptools builds it, in a process of its own; the
same model gives the same bytes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from huggingface_hub import ModelCard
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.version import InvalidVersion, Version

from sru_ner.environment.version import __version__
from sru_ner.errors import InputError, SruNerError
from sru_ner.files import atomic_path
from sru_ner.inference.default_model import ENTRY_POINTS
from sru_ner.inference.model_reference import training_facts
from sru_ner.integrations.model_package import CARD

# Timestamp of all files: 1 January 1980, the earliest that a zip file can have.
_TIME = "315532800"
_BUILD = "import sys, setuptools.build_meta as b; print(b.build_wheel(sys.argv[1]))"


def build_wheel(packaged: Path, target: Path, *, name: str, version: str = __version__) -> Path:
    """Build a wheel of a folder that `package_model` wrote; return its path in the folder `target`.

    name: name of the distribution; with underscores for hyphens, it is also the folder in which the
    model is installed. Raises `InputError` for a name or version that a wheel cannot have, and
    `SruNerError` if setuptools fails.
    """
    module = module_name(name)
    version = _checked_version(version)
    with tempfile.TemporaryDirectory() as workspace:
        project, dist = Path(workspace, "project"), Path(workspace, "dist")
        (project / module).mkdir(parents=True)
        for file in sorted(packaged.iterdir()):
            copy = shutil.copyfile(file, project / module / file.name)
            copy.chmod(0o644)  # the wheel keeps the mode, which must not depend on the user's
        card = ModelCard.load(packaged / CARD)
        (project / CARD).write_text(card.text.lstrip(), encoding="utf-8")
        licence = _spdx(training_facts(packaged)["licence"])
        (project / "pyproject.toml").write_text(
            _project(module, version, licence), encoding="utf-8"
        )
        done = subprocess.run(
            [sys.executable, "-c", _BUILD, str(dist)],
            cwd=project,
            env={**os.environ, "SOURCE_DATE_EPOCH": _TIME},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            reason = done.stderr.strip().splitlines() or ["there is no message"]
            raise SruNerError(
                f"setuptools cannot build the wheel: {reason[-1]}",
                remedy="pip install 'setuptools>=77'",
            )
        [built] = dist.iterdir()
        with atomic_path(target / built.name) as fresh:
            shutil.copyfile(built, fresh)
    return target / built.name


def module_name(name: str) -> str:
    """Return the folder in which the model of a distribution is installed.

    Raises `InputError` for a name that cannot be one, and for the name of this package.
    """
    module = name.replace("-", "_").replace(".", "_").lower()
    if not module.isidentifier() or not module.isascii() or module == "sru_ner":
        raise InputError(
            f"a wheel cannot have the name {name!r}",
            remedy="choose letters, digits and hyphens, beginning with a letter: --name my-model",
        )
    return module


def _checked_version(version: str) -> str:
    try:
        return str(Version(version))
    except InvalidVersion:
        raise InputError(
            f"a wheel cannot have the version {version!r}", remedy="choose one such as 1.0.0"
        ) from None


def _spdx(licence: str) -> str:
    """Return a licence in the notation of SPDX, which wheels have; the hub's is similar."""
    try:
        return canonicalize_license_expression(licence)
    except InvalidLicenseExpression:
        own = "".join(letter if letter.isalnum() else "-" for letter in licence)
        return f"LicenseRef-{own}"


def _project(module: str, version: str, licence: str) -> str:
    """Return the pyproject.toml of the wheel. No value has a character to escape."""
    return f"""\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "{module}"
version = "{version}"
description = "A named-entity recognition model for sru-ner"
readme = "{CARD}"
license = "{licence}"
requires-python = ">=3.11"
dependencies = ["sru-ner>={__version__}"]

[project.entry-points.{ENTRY_POINTS}]
{module} = "{module}"

[tool.setuptools]
packages = ["{module}"]

[tool.setuptools.package-data]
{module} = ["*"]
"""
