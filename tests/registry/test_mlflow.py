"""Two packages speak to MLflow, and both switch its telemetry off first."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "sru_ner"


def imports_mlflow(path: Path) -> bool:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names]
    names += [n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)]
    return any(name.partition(".")[0] == "mlflow" for name in names)


def test_only_registry_and_tracking_import_mlflow():
    files = [path for path in PACKAGE.rglob("*.py") if imports_mlflow(path)]
    assert {path.relative_to(PACKAGE).parts[0] for path in files} == {"registry", "tracking"}


@pytest.mark.parametrize("module", ["registry.store", "tracking.logged_model"])
def test_telemetry_is_off_before_mlflow_is_imported(module):
    switches = ("DO_NOT_TRACK", "MLFLOW_DISABLE_TELEMETRY")
    environment = {name: value for name, value in os.environ.items() if name not in switches}
    code = (
        f"import sru_ner.{module}, mlflow.telemetry.utils as utils;"
        "print(utils.is_telemetry_disabled())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "True", done.stderr
