import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner.corpora.readers import read_file
from sru_ner.errors import InputError

NAMES = ["O", "B-DNA", "I-DNA"]
LABEL = {"names": NAMES, "_type": "ClassLabel"}
ROWS = {"id": ["7", "8"], "tokens": [["IL-2", "gene"], ["mice"]], "ner_tags": [[1, 2], [0]]}


def write(tmp_path, columns, features=None):
    table = pa.table(columns)
    if features is not None:
        info = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": info})
    path = tmp_path / "file.parquet"
    pq.write_table(table, path)
    return path


def read(path, **options):
    reading = read_file("parquet", path, name="x", options=options)
    return [
        [(m.text, m.type) for m in document.mentions] for document in reading.documents
    ], reading.incidents


@pytest.mark.parametrize(
    "feature",
    [
        {"feature": LABEL, "length": -1, "_type": "Sequence"},
        {"feature": LABEL, "_type": "List"},
        [LABEL],
    ],
)
def test_tags_have_the_names_of_the_features(tmp_path, feature):
    path = write(tmp_path, ROWS, {"ner_tags": feature, "tokens": {"_type": "Sequence"}})
    assert read(path) == ([[("IL-2 gene", "DNA")], []], ())
    document, _ = read_file("parquet", path, name="x", options={}).documents
    assert (document.id, document.text, document.line) == ("7", "IL-2 gene", 1)


def test_tags_have_the_names_that_the_user_lists(tmp_path):
    names = {"ner_tags": {"feature": {"names": ["O"] * 3, "_type": "ClassLabel"}}}
    assert read(write(tmp_path, ROWS, names), tag_names=NAMES)[0] == [[("IL-2 gene", "DNA")], []]


@pytest.mark.parametrize("features", [None, {}, {"ner_tags": 7}, {"ner_tags": {"names": "O"}}, [7]])
def test_numbers_without_names_are_an_error_that_says_what_to_do(tmp_path, features):
    path = write(tmp_path, ROWS, features)
    with pytest.raises(InputError, match="option tag_names") as caught:
        read(path)
    assert caught.value.line == 1


def test_a_number_that_the_features_do_not_name_is_counted(tmp_path):
    path = write(tmp_path, ROWS | {"ner_tags": [[1, 2], [-1]]}, {"ner_tags": [LABEL]})
    found, incidents = read(path)
    assert found == [[("IL-2 gene", "DNA")]]
    assert [(i.outcome, i.reason, i.line) for i in incidents] == [("refused", "malformed_row", 2)]


def test_types_of_spans_have_the_names_of_the_features(tmp_path):
    inner = {"start": {"_type": "Value"}, "end": {"_type": "Value"}, "type": LABEL}
    as_columns = {"start": [0], "end": [4], "type": [1]}
    as_objects = [{"start": 0, "end": 4, "type": 1}]
    for value in (as_columns, as_objects):
        columns = {"text": ["IL-2"], "entities": [value]}
        path = write(tmp_path, columns, {"entities": {"feature": inner, "_type": "Sequence"}})
        if value is as_objects:
            path = write(tmp_path, columns, {"entities": [inner]})
        assert read(path)[0] == [[("IL-2", "B-DNA")]]


def test_rows_that_are_no_documents_name_their_columns(tmp_path):
    with pytest.raises(InputError, match=r"its keys are a, b[\s\S]*list of spans"):
        read(write(tmp_path, {"a": [1], "b": [2]}))
    with pytest.raises(InputError, match="there is no document in it"):
        read(write(tmp_path, {"text": pa.array([], pa.string())}))


def test_a_rejected_row_is_left_out_and_noted(tmp_path):
    spans = [[{"start": 0, "end": 4, "label": "X"}]] * 2
    columns = {"text": ["zinc"] * 2, "spans": spans, "answer": ["accept", "reject"]}
    found, incidents = read(write(tmp_path, columns))
    assert found == [[("zinc", "X")]]
    assert [(i.reason, i.line, i.mentions) for i in incidents] == [("not_accepted", 2, 1)]


def test_pages_that_are_broken_are_an_error(tmp_path):
    path = write(tmp_path, ROWS)
    content = bytearray(path.read_bytes())
    content[20:60] = b"\xff" * 40
    path.write_bytes(content)
    with pytest.raises(InputError):
        read(path)
