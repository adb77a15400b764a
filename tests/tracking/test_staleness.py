import subprocess
import sys

import pytest

from sru_ner.errors import InputError
from sru_ner.tracking.staleness import check_stages

STAGES = """
stages:
  train:
    foreach: [a, b]
    do:
      cmd: echo ${item} > ${item}.model
      deps: [code.py]
      outs: ["${item}.model"]
"""


def dvc(root, *arguments):
    subprocess.run([sys.executable, "-m", "dvc", *arguments], cwd=root, check=True)


@pytest.mark.pipeline
def test_a_model_of_other_code_is_refused(tmp_path):
    dvc(tmp_path, "init", "--quiet", "--no-scm")
    (tmp_path / "dvc.yaml").write_text(STAGES)
    (tmp_path / "code.py").write_text("1")
    dvc(tmp_path, "repro", "--quiet")
    check_stages(tmp_path, ["train@a", "train@b"])
    (tmp_path / "a.model").write_text("made by hand")
    with pytest.raises(InputError, match=r"train@a is out of date: a.model is modified") as caught:
        check_stages(tmp_path, ["train@a", "train@b"])
    assert caught.value.remedy == "run `dvc repro train@a`"
    (tmp_path / "code.py").write_text("2")
    with pytest.raises(InputError, match=r"train@b is out of date: code.py is modified"):
        check_stages(tmp_path, ["train@b"])


def test_without_the_stages_nothing_is_checked(tmp_path):
    check_stages(tmp_path, ["train@a"])
