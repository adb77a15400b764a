"""Verdicts count for the version whose files they are about."""

import json

import pytest

from sru_ner.model.run_record import trained_digest
from sru_ner.registry.records import VersionRecord
from sru_ner.review.judgements import Judged, read_judged

ROW = {
    "model": "one",
    "part": "all",
    "name": "",
    "judged": 40,
    "strict": {"value": 0.75, "low": 0.6, "high": 0.9},
}
METRICS = {
    "precision": [ROW, {**ROW, "part": "type", "name": "Gene"}],
    "verdicts": {"A": {}, "B": {}},
}


@pytest.fixture
def root(tmp_path):
    model = tmp_path / "models/small/one"
    model.mkdir(parents=True)
    (model / "config.json").write_text("{}")
    folder = tmp_path / "reports/small/judgements"
    folder.mkdir(parents=True)
    (folder / "metrics.json").write_text(json.dumps(METRICS))
    return tmp_path


def record(digest: str) -> VersionRecord:
    return VersionRecord("m", "1", tags={"model_digest": digest})


def test_the_version_with_the_same_files_is_judged(root):
    own = record(trained_digest(root / "models/small/one"))
    assert read_judged(root, own, "small", "one") == Judged(0.75, 0.6, 0.9, 40, 2)
    assert read_judged(root, own, "small", "other") is None
    assert read_judged(root, record("of another training"), "small", "one") is None
    (root / "reports/small/judgements/metrics.json").unlink()
    assert read_judged(root, own, "small", "one") is None


def test_what_was_logged_with_the_version_comes_first(root):
    tags = {"judged.strict": "0.5000", "judged.strict_low": "0.4000", "judged.items": "12.0000"}
    found = read_judged(root, VersionRecord("m", "1", tags=tags), "small", "one")
    assert found == Judged(0.5, 0.4, None, 12, None)
