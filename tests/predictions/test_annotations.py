import json
from pathlib import Path

import pytest

from sru_ner.predictions.annotations import Annotations, read_annotations

TEXT = "Zinc, lead and iron"
WORDS = ((0, 4, "Zinc"), (6, 10, "lead"), (15, 19, "iron"))


def brat(path: Path, shift: int) -> Path:
    lines = [f"T{i}\tX {a + shift} {b + shift}\t{q}\n" for i, (a, b, q) in enumerate(WORDS)]
    path.mkdir()
    (path / "1.txt").write_text(f"\ufeff{TEXT}", encoding="utf-8")
    (path / "1.ann").write_text("".join(lines))
    return path


def jsonl(path: Path, shift: int) -> Path:
    spans = [
        {"start": a + shift, "end": b + shift, "type": "X", "score": 0.5 + i / 10}
        for i, (a, b, _) in enumerate(WORDS)
    ]
    record = {"id": "1", "text": "\ufeff" * shift + TEXT, "spans": spans}
    path.write_text(json.dumps(record) + "\n")
    return path


def bioc(path: Path, shift: int) -> Path:
    annotations = [
        {"infons": {"type": "X"}, "locations": [{"offset": a + shift, "length": b - a}], "text": q}
        for a, b, q in WORDS
    ]
    passage = {"offset": 0, "text": "\ufeff" * shift + TEXT, "annotations": annotations}
    path.write_text(json.dumps({"documents": [{"id": "1", "passages": [passage]}]}))
    return path


def places(found: Annotations) -> list[tuple[int, int, str]]:
    (document,) = found.documents.values()
    return [(m.start, m.end, m.text) for m in document.mentions]


@pytest.mark.parametrize("shift", [0, 1])
@pytest.mark.parametrize("write", [brat, jsonl, bioc])
def test_offsets_of_texts_with_and_without_a_mark_are_the_same(tmp_path, write, shift):
    found = read_annotations(write(tmp_path / "file", shift))
    assert [d.text for d in found.documents.values()] == [TEXT]
    assert places(found) == list(WORDS)


@pytest.mark.parametrize("shift", [0, 1])
def test_scores_stay_with_their_mentions(tmp_path, shift):
    found = read_annotations(jsonl(tmp_path / "file", shift))
    (document,) = found.documents.values()
    assert [found.score(document, m) for m in document.mentions] == [0.5, 0.6, 0.7]
