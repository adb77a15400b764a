import shutil
from pathlib import Path

from sru_ner.tracking.dvc_lock import dvc_hashes


def test_hashes_of_the_tables_only(tmp_path):
    (tmp_path / "data").mkdir()
    shutil.copy(Path(__file__).parents[1] / "fixtures/dvc.lock", tmp_path / "data")
    found = dvc_hashes(tmp_path, "chemicals")
    assert found == {"data/harmonized/spans/source=chemicals": f"{'1' * 32}.dir"}
    assert dvc_hashes(tmp_path, "diseases") == {}


def test_no_hashes_without_the_pipeline(tmp_path):
    assert dvc_hashes(tmp_path, "chemicals") == {}
