import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sru_ner.cli.main import app
from sru_ner.errors import InputError
from sru_ner.integrations.model_package import package_model
from sru_ner.integrations.model_wheel import build_wheel, module_name

TEXT = "Aspirin treats headache in mice."
USE = f"""
import json, sys
from sru_ner import Annotator
for name in ("sru_ner_tiny", None):
    found = Annotator.load(name, device="cpu")({TEXT!r})
    print(json.dumps([[span.text, span.type] for span in found]))
print("sru_ner_tiny" in sys.modules)
"""


@pytest.fixture(scope="module")
def packaged(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packaged") / "model"
    package_model(tiny_model, folder, name="sru-ner-tiny", licence="apache-2.0")
    return folder


@pytest.fixture(scope="module")
def wheel(packaged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(packaged, tmp_path_factory.mktemp("dist"), name="sru-ner-tiny")


def test_an_installed_wheel_is_loaded_by_name_and_by_default(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin/python"
    install = [sys.executable, "-m", "pip", "--python", python, "install", "-q"]
    subprocess.run([*install, "--no-index", "--no-deps", wheel], check=True)
    # All other packages are those of this environment.
    site = f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    others = sysconfig.get_path("purelib")
    (environment / site / "others.pth").write_text(f"import site; site.addsitedir({others!r})\n")
    variables = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "SRU_NER_MODEL")}
    done = subprocess.run(
        [python, "-c", USE],
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *found, imported = done.stdout.splitlines()
    assert [json.loads(line) for line in found] == [
        [["Aspirin", "Chemical"], ["headache", "Disease"]]
    ] * 2
    assert imported == "False"


def test_a_wheel_is_data_with_a_card_a_licence_and_what_it_needs(wheel: Path) -> None:
    assert wheel.name == "sru_ner_tiny-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read("sru_ner_tiny-0.1.0.dist-info/METADATA").decode()
    assert not [name for name in names if name.endswith(".py")]
    assert {"sru_ner_tiny/model.safetensors", "sru_ner_tiny/tokenizer.json"} < set(names)
    assert "License-Expression: Apache-2.0\n" in metadata
    assert "Requires-Dist: sru-ner>=0.1.0\n" in metadata
    assert "\n\n# sru-ner-tiny\n" in metadata  # the card, without the hub's front matter


def test_the_same_model_gives_the_same_bytes(packaged: Path, wheel: Path, tmp_path: Path) -> None:
    (packaged / "config.json").chmod(0o600)
    again = build_wheel(packaged, tmp_path, name="sru_ner_tiny")
    assert again.read_bytes() == wheel.read_bytes()


def test_the_command_builds_a_wheel_of_a_model_folder(tiny_model: Path, tmp_path: Path) -> None:
    options = ["--wheel", "--name", "my-model", "--version", "2.1", "--licence", "openrail"]
    done = CliRunner().invoke(app, ["package", str(tiny_model), "-o", str(tmp_path), *options])
    assert done.exit_code == 0, done.output
    assert 'Annotator.load("my_model")' in done.output
    [built] = tmp_path.iterdir()
    assert built.name == "my_model-2.1-py3-none-any.whl"
    with zipfile.ZipFile(built) as archive:
        metadata = archive.read("my_model-2.1.dist-info/METADATA").decode()
    assert "License-Expression: LicenseRef-openrail\n" in metadata


@pytest.mark.parametrize("name", ["you/demo", "2nd", "", "sru-ner", "modèle", "a b"])
def test_names_that_no_wheel_can_have_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot have the name"):
        module_name(name)


def test_a_version_that_no_wheel_can_have_is_refused(packaged: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot have the version 'latest'"):
        build_wheel(packaged, tmp_path, name="tiny", version="latest")
    assert not list(tmp_path.iterdir())
