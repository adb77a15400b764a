"""A model folder with program code of its own: the code never runs, whatever the input answers."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sru_ner.errors import InputError
from sru_ner.inference.loading import load

CODE = """open({mark!r}, "w").write("this ran")
from transformers import BertTokenizer as Tokenizer
"""


def hostile(model: Path, folder: Path, file: str, **changes: Any) -> Path:
    """Copy a model, with a module that leaves the file `mark` if it is ever imported."""
    shutil.copytree(model, folder)
    (folder / "foreign.py").write_text(CODE.format(mark=str(folder / "mark")), encoding="utf-8")
    settings = json.loads((folder / file).read_text(encoding="utf-8"))
    (folder / file).write_text(json.dumps({**settings, **changes}), encoding="utf-8")
    return folder


def test_annotate_asks_nobody_whether_to_run_a_tokenizer(tiny_model: Path, tmp_path: Path) -> None:
    code = {"AutoTokenizer": ["foreign.Tokenizer", "foreign.Tokenizer"]}
    changes = {"auto_map": code, "tokenizer_class": "Tokenizer"}
    folder = hostile(tiny_model, tmp_path / "model", "tokenizer_config.json", **changes)
    done = subprocess.run(
        [sys.executable, "-m", "sru_ner", "annotate", "--model", str(folder), "-"],
        input="y\ny\naspirin\n",
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "HF_MODULES_CACHE": str(tmp_path / "modules")},
    )
    assert not (folder / "mark").exists()
    assert done.returncode == 2
    assert "program code in this folder, which is never run" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("key", ["attn_implementation", "_attn_implementation"])
def test_a_model_that_names_a_program_of_the_hub_is_refused(
    tiny_model: Path, tmp_path: Path, key: str, inside: bool
) -> None:
    changes: dict[str, Any] = {key: "somebody/attention"}
    if inside:
        config = json.loads((tiny_model / "config.json").read_text(encoding="utf-8"))
        changes = {"encoder": {**config["encoder"], **changes}}
    folder = hostile(tiny_model, tmp_path / "model", "config.json", **changes)
    with pytest.raises(InputError, match="'somebody/attention', which may be a program"):
        load(folder, "cpu")


def test_code_that_is_not_needed_is_left_alone(tiny_model: Path, tmp_path: Path) -> None:
    changes = {"auto_map": {"AutoModel": "foreign.Tokenizer", "AutoConfig": "foreign.Tokenizer"}}
    folder = hostile(tiny_model, tmp_path / "model", "config.json", **changes)
    load(folder, "cpu")
    assert not (folder / "mark").exists()
