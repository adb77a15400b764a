"""A wheel: what is installed from it lays out a project whose pipeline can be started."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from venv import EnvBuilder

import pytest

from sru_ner.project.lay_out import names

ROOT = Path(__file__).parents[2]


def call(*command: str | Path, cwd: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={
            **environment,
            "DO_NOT_TRACK": "true",
            "SRU_NER_OFFLINE": "1",
            "PATH": os.pathsep.join([str(Path(command[0]).parent), os.environ["PATH"]]),
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built in a copy of it."""
    folder = tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    parts = ("sru_ner/", "conf/", "data/", "flows/", "suites/", "verdicts/", ".dvc", ".gitignore")
    for name in listed:
        path = ROOT / name
        if path.is_file() and (name.startswith(parts) or "/" not in name):
            (folder / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "source" / name).write_bytes(path.read_bytes())
    call(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--wheel-dir", folder, folder / "source"),
        cwd=folder,
    )
    [built] = folder.glob("*.whl")
    return built


@pytest.mark.pipeline
def test_an_installed_wheel_lays_out_a_project_that_runs(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if "/project/files/" in name}
    for name in names():
        inside = f"sru_ner/project/files/{name}"
        assert any(found == inside or found.startswith(f"{inside}/") for found in packed), name
    EnvBuilder(symlinks=True).create(tmp_path / "venv")
    [site] = (tmp_path / "venv").glob("lib/*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # Everything but this package, which the environment has of its own, comes from here.
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "libraries.pth").write_text(f"{libraries}\n")
    python = tmp_path / "venv/bin/python"
    call(python, "-m", "sru_ner", "init", "p", cwd=tmp_path)
    project = tmp_path / "p"
    where = call(python, "-c", "import sru_ner; print(sru_ner.__file__)", cwd=project)
    assert Path(where.strip()).is_relative_to(tmp_path)
    params = project / "suites/demo/params.yaml"
    given = params.read_text()
    params.unlink()
    call(python, "-m", "flows.suites", "demo", cwd=project)
    assert params.read_text() == given
    # DVC calls the command by its name.
    command = tmp_path / "venv/bin/sru-ner"
    command.write_text(f'#!/bin/sh\nexec "{python}" -m sru_ner "$@"\n')
    command.chmod(0o755)
    assert "harmonize@synthetic_full" in call(python, "-m", "dvc", "status", cwd=project)
    call(python, "-m", "dvc", "repro", "data/dvc.yaml:harmonize@synthetic_chemicals", cwd=project)
    assert (project / "data/harmonized/inventories/source=synthetic_chemicals").is_dir()
    assert call(python, "-m", "dvc", "status", "data/dvc.yaml:catalog", cwd=project).strip() == (
        "Data and pipelines are up to date."
    )
