import json

import pytest

from sru_ner.assessment.exports.label_studio import write as write_tasks
from sru_ner.assessment.items import Item
from sru_ner.corpora.readers import read_file
from sru_ner.corpora.readers.raw import MalformedError
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.records import read_document

TEXT = "IL-2 in 𝛼 mice"


def region(start, end, label, **more):
    value = {"start": start, "end": end, "text": TEXT[start:end], "labels": [label]}
    return {"from_name": "type", "to_name": "text", "type": "labels", "value": value, **more}


def task(*results, **data):
    annotations = [{"id": i, "result": result} for i, result in enumerate(results)]
    return {"id": 9, "data": data or {"text": TEXT}, "annotations": annotations}


def read(record, **options):
    incidents = []
    document = read_document(1, record, "unnamed", RecordOptions(**options), incidents)
    return document, [(i.outcome, i.reason, i.mentions) for i in incidents]


def mentions(document):
    return [(document.text[m.start : m.end], m.type) for m in document.mentions]


GENE, SPECIES = region(0, 4, "Gene"), region(10, 14, "Species")


def test_a_task():
    document, incidents = read(task([GENE, SPECIES]))
    assert (document.id, document.text) == ("9", TEXT)
    assert mentions(document) == [("IL-2", "Gene"), ("mice", "Species")]
    assert not incidents


def test_the_ground_truth_counts_or_else_the_last_annotation():
    both = task([GENE], [SPECIES])
    document, incidents = read(both)
    assert mentions(document) == [("mice", "Species")]
    assert incidents == [("noted", "further_annotation", 1)]
    both["annotations"][0]["ground_truth"] = True
    assert mentions(read(both)[0]) == [("IL-2", "Gene")]


def test_tasks_that_nobody_annotated_are_left_out_and_noted():
    cancelled = task([GENE])
    cancelled["annotations"][0]["was_cancelled"] = True
    assert read(cancelled) == (None, [("noted", "not_annotated", 0)])
    predicted = {"data": {"text": TEXT}, "predictions": [{"result": [GENE]}], "annotations": []}
    assert read(predicted) == (None, [("noted", "not_annotated", 0)])
    assert mentions(read(predicted, layer="predictions")[0]) == [("IL-2", "Gene")]


def test_the_text_may_have_another_key():
    other = task([GENE], title="A title of a text", abstract=TEXT)
    assert read(other)[0].text == TEXT
    assert read(other, text="abstract")[0].text == TEXT
    with pytest.raises(MalformedError, match="name one with the option text"):
        read(task([], title="A title", abstract=TEXT))


def test_regions_that_were_judged_wrong_are_no_mentions():
    judged = {"id": "r1", "type": "choices", "value": {"choices": ["wrong type"]}}
    right = {"id": "r2", "type": "choices", "value": {"choices": ["correct"]}}
    regions = [{**GENE, "id": "r1"}, {**SPECIES, "id": "r2"}]
    document, incidents = read(task([*regions, judged, right]))
    assert mentions(document) == [("mice", "Species")]
    assert incidents == [("noted", "judged_no_mention", 1)]
    assert len(read(task([*regions, judged]), rejecting=())[0].mentions) == 2


def test_regions_of_html_and_of_dialogues():
    html = {
        "type": "hypertextlabels",
        "value": {
            "start": "/p[1]/text()[1]",
            "end": "/p[1]/text()[1]",
            "globalOffsets": {"start": 0, "end": 4},
            "hypertextlabels": ["Gene"],
        },
    }
    assert mentions(read(task([html]))[0]) == [("IL-2", "Gene")]
    dialogue = {"type": "paragraphlabels", "value": {"start": "0", "end": "0", "text": "x"}}
    relation = {"type": "relation", "from_id": "a", "to_id": "b"}
    document, incidents = read(task([dialogue, relation, GENE]))
    assert mentions(document) == [("IL-2", "Gene")]
    assert incidents == [("refused", "malformed_span", 1)]


@pytest.mark.parametrize("broken", [7, {"result": 7}, {"result": [7]}])
def test_what_is_no_annotation(broken):
    with pytest.raises(MalformedError):
        read({"data": {"text": TEXT}, "annotations": [broken]})


def test_what_the_assessment_writes_is_read_after_people_have_labelled_it(tmp_path):
    item = Item(
        id="9f", document="d", before="", text=TEXT, after="", start=0, end=4, type="Gene",
        shared=False, assessors=(1,),
    )  # fmt: skip
    write_tasks(tmp_path, [item], ["Gene"])
    path = tmp_path / "label_studio.json"
    tasks = json.loads(path.read_text())
    options = {"layer": "predictions"}
    (predicted,) = read_file("json", path, name="x", options=options).documents
    assert (predicted.text, mentions(predicted)) == (TEXT, [("IL-2", "Gene")])
    for task_ in tasks:
        task_["annotations"] = [{"result": task_["predictions"][0]["result"]}]
    path.write_text(json.dumps(tasks))
    (labelled,) = read_file("json", path, name="x", options={}).documents
    assert mentions(labelled) == [("IL-2", "Gene")]
