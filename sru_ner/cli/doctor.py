"""`sru-ner doctor`: which parts of the environment are ready, and what to do about the others."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from sru_ner.environment.checks import (
    Check,
    check_commands,
    check_device,
    check_encoder,
    check_git,
    check_packages,
    check_python,
    check_server,
)
from sru_ner.environment.extras import not_installed
from sru_ner.environment.offline import OFFLINE, is_offline
from sru_ner.errors import InputError, without_secrets
from sru_ner.files import files_below


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the checks as JSON.")] = False,
) -> None:
    """Say which parts of the environment are ready. Status 1: a required part is not."""
    checks = examine(Path.cwd())
    if as_json:
        import json

        typer.echo(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        _print(checks)
    if any(check.required and not check.ready for check in checks):
        raise typer.Exit(1)


def examine(root: Path) -> list[Check]:
    """Check all parts for the project in `root`. Only servers that the user has set are asked."""
    checks: Mapping[str, Callable[[], Iterable[Check]]] = {
        "python": check_python,
        "packages": check_packages,
        "commands": check_commands,
        "encoder": check_encoder,
        "model": check_model,
        "device": check_device,
        "corpora": check_corpora,
        "mlflow": partial(_check_mlflow, root),
        "prefect": check_prefect,
        "dvc": partial(check_dvc, root),
    }
    found = [each for part, check in checks.items() for each in _run(part, check)]
    # Outside a project, there is nothing to commit.
    return found + (list(check_git(root)) if (root / "dvc.yaml").is_file() else [])


def _run(part: str, check: Callable[[], Iterable[Check]]) -> list[Check]:
    """Return what a check finds, or that it needs a package that is not installed."""
    try:
        return list(check())
    except ImportError as error:
        missing = not_installed(error)
        if missing is None:
            raise
        return [Check(part, False, missing.problem, missing.remedy or "", required=False)]


def check_model() -> Iterator[Check]:
    """Name the model that is used where none is named."""
    from sru_ner.inference.default_model import default_model

    try:
        yield Check("default model", True, default_model())
    except InputError as error:
        yield Check("default model", False, error.problem, error.remedy or "", required=False)


def check_corpora() -> Iterator[Check]:
    """Check the mirror of the corpora, and whether the network may be used."""
    from sru_ner.rendering.amounts import counted

    mirror = os.environ.get("SRU_NER_MIRROR")
    offline = is_offline()
    if mirror is None:
        yield Check(
            "mirror",
            not offline,
            "SRU_NER_MIRROR is not set" + ("" if offline else ": corpora are downloaded"),
            "set SRU_NER_MIRROR to a folder with copies at <mirror>/<host>/<path>",
            required=False,
        )
    elif Path(mirror).is_dir():
        files = sum(1 for _ in files_below(Path(mirror)))
        yield Check(
            "mirror",
            files > 0,
            f"{mirror}, {counted(files, 'file')}",
            "put copies of the corpus files into the folder, at <host>/<path>",
        )
    else:
        yield Check("mirror", False, f"{mirror} is not a folder", "correct SRU_NER_MIRROR")
    yield Check("network", True, f"off ({OFFLINE}=1)" if offline else "may be used")


def _check_mlflow(root: Path) -> Iterator[Check]:
    from sru_ner.registry.checks import check_store

    return check_store(root)


def check_prefect() -> Iterator[Check]:
    """Check the Prefect server, if the user has set one."""
    from prefect.settings import get_current_settings

    url = get_current_settings().api.url
    if url is None:
        found = "PREFECT_API_URL is not set: each run starts a temporary server"
        yield Check("Prefect", True, found)
    else:
        yield check_server("Prefect", url, shown=without_secrets(url), variable="PREFECT_API_URL")


def check_dvc(root: Path) -> Iterator[Check]:
    """Check that the folder `root` holds a DVC pipeline."""
    ready = (root / ".dvc/config").is_file() and (root / "dvc.yaml").is_file()
    yield Check(
        "DVC",
        ready,
        f"there is a pipeline in {root}" if ready else f"there is no pipeline in {root}",
        "run this command in the project's root; `sru-ner init PROJECT` makes a project",
        required=False,
    )


def _print(checks: Sequence[Check]) -> None:
    """Print a line for each check, and what to do below one that is not ready.

    Nothing is cut or broken, so that paths and commands can be copied.
    """
    width = max(len(check.part) for check in checks)
    for check in checks:
        state = "ready" if check.ready else "NOT READY" if check.required else "optional"
        typer.echo(f"{state:9}  {check.part:{width}}  {check.found}")
        if not check.ready and check.remedy:
            typer.echo(f"{'':9}  → {check.remedy}")
