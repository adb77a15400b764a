"""Several processes, as on several GPUs: here two on the CPU, over gloo."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml


@pytest.mark.pipeline
def test_two_processes_train_one_model(
    tiny_encoder: Path, harmonized: Path, tmp_path: Path
) -> None:
    params = {
        "suite": "two",
        "corpora": ["chemicals", "diseases"],
        "harmonize": {},
        "train": {"encoder": str(tiny_encoder), "epochs": 2, "batch_size": 2, "max_subwords": 32},
        "experiments": {"both": {"sources": ["chemicals", "diseases"]}},
        "evaluate": {"tested": ["chemicals"]},
        "assess": {"experiment": "both"},
        "register": {"candidate": "both"},
    }
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "harmonized").symlink_to(harmonized)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2"]
    done = subprocess.run(
        [*command, "--standalone", "-m", "sru_ner", "train", "both"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    facts = json.loads((tmp_path / "models/two/both/training.json").read_text())
    assert facts["processes"] == 2
    # 14 sequences per epoch are 7 batches: each process takes 4, one of them twice.
    assert facts["figures"]["steps"] == 2 * 4
    assert facts["figures"]["epochs"] == 2
    assert not (tmp_path / "checkpoints/two/both").exists()
