import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner.corpora.incidents import Incidents
from sru_ner.predictions.annotations import read_annotations
from sru_ner.predictions.mentions import file_mentions
from sru_ner.predictions.type_maps import TypeMap

TEXT = "Marn fever in mice."
SPANS = [
    {"start": 0, "end": 10, "type": "Disease", "score": 0.75},
    {"start": 0, "end": 4, "type": "Disease"},
    {"start": 14, "end": 18, "type": "Species", "score": 1},
]


def scores(path):
    """(start, end) → score, of the mentions that would be scored."""
    found = read_annotations(path)
    marked = [
        mention
        for document in found.documents.values()
        for mention in file_mentions(found, document, TypeMap(), (), Incidents(), repair=False)
    ]
    return {(mention.start, mention.end): mention.score for mention in marked}


@pytest.fixture
def lines(tmp_path):
    """Write JSON Lines, one document a line, of lists of spans."""

    def write(*documents, key="spans", name="t.jsonl"):
        records = [{"id": str(i), "text": TEXT, key: each} for i, each in enumerate(documents)]
        path = tmp_path / name
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        return path

    return write


def test_spans_of_json_lines_have_their_scores(lines):
    expected = {(0, 10): 0.75, (0, 4): None, (14, 18): 1}
    assert scores(lines(SPANS)) == expected
    gliner = [{**span, "label": span["type"], "text": "?"} for span in SPANS]
    for span in gliner:
        del span["type"]
    assert scores(lines(gliner, key="entities")) == expected
    offsets = [
        {"start_offset": s["start"], "end_offset": s["end"], "label": "X", "score": 0.5}
        for s in SPANS
    ]
    assert set(scores(lines(offsets)).values()) == {0.5}


def test_rows_of_parquet_have_their_scores(tmp_path):
    table = pa.table({"id": ["a", "b"], "text": [TEXT, TEXT], "spans": [SPANS[:2], SPANS[2:]]})
    pq.write_table(table, tmp_path / "t.parquet")
    assert scores(tmp_path / "t.parquet") == {(0, 10): 0.75, (0, 4): None, (14, 18): 1}


def test_files_of_a_folder_are_told_apart(lines, tmp_path):
    path = lines([{**SPANS[0], "score": 0.1}], name="a.jsonl")
    other = path.read_text().replace('"0"', '"9"').replace("0.1", "0.2")
    (tmp_path / "b.jsonl").write_text(other)
    found = read_annotations(tmp_path)
    assert [found.score(d, d.mentions[0]) for d in found.documents.values()] == [0.1, 0.2]


def test_of_a_span_that_is_there_twice_the_higher_score_counts(lines):
    again = [{**SPANS[0], "score": score} for score in (0.2, 0.9, 0.4)]
    assert scores(lines(again)) == {(0, 10): 0.9}


@pytest.mark.parametrize("score", [-3.2, 1.01, "high", True])
def test_what_is_no_share_is_no_score(lines, score):
    assert set(scores(lines(SPANS, [{**SPANS[0], "score": score}])).values()) == {None}


def test_broken_lines_and_spans_are_passed_over(lines):
    path = lines([*SPANS, {"start": 3, "type": "Disease", "score": 0.3}])
    path.write_text(path.read_text() + '{"score": \n{"text": 3, "spans": [{"score": 1}]}\n')
    assert scores(path)[0, 10] == 0.75
