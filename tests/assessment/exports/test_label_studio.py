import json
from xml.etree import ElementTree

from sru_ner.assessment.exports.label_studio import label_config, to_tasks
from sru_ner.assessment.sample import JUDGEMENTS, draw_sample, in_sentences


def test_a_task_holds_all_mentions_of_its_sentence_in_one_prediction(decisions, sentence):
    sample = draw_sample(decisions, bands=(0.5, 1.0), per_stratum=9, seed=1)
    (task,) = json.loads(
        json.dumps(to_tasks(in_sentences(sample, decisions, [sentence]), model="m"))
    )
    text = task["data"]["text"]
    assert text == sentence.text
    assert "Parkinson disease (Disease)" in task["data"]["annotated"]
    (prediction,) = task["predictions"]
    assert prediction["model_version"] == "m"
    assert prediction["score"] == 0.6
    config = ElementTree.fromstring(label_config(s.type for s in sample.strata))
    labels, shown = config.find("Labels"), config.find("Text")
    known = {label.get("value") for label in labels}
    assert len({region["id"] for region in prediction["result"]}) == 4
    for region in prediction["result"]:
        assert region["from_name"] == labels.get("name")
        assert region["to_name"] == labels.get("toName") == shown.get("name")
        assert region["type"] == "labels"
        value = region["value"]
        # Label Studio counts code points: the first letter of this text is outside the BMP.
        assert text[value["start"] : value["end"]] == value["text"]
        assert set(value["labels"]) <= known


def test_every_field_the_interface_shows_is_in_the_tasks(decisions, sentence):
    sample = draw_sample(decisions, bands=(0.5, 1.0), per_stratum=9, seed=1)
    (task,) = to_tasks(in_sentences(sample, decisions, [sentence]), model="m")
    config = ElementTree.fromstring(label_config(["Gene"]))
    values = [element.get("value", "") for element in config.iter()]
    fields = {value.removeprefix("$") for value in values if value.startswith("$")}
    assert fields == {"text", "where", "annotated"}
    assert fields <= set(task["data"])
    judged = config.find("Choices")
    assert judged.get("perRegion") == "true"
    assert [choice.get("value") for choice in judged] == list(JUDGEMENTS)


def test_types_with_markup_in_them_are_escaped():
    config = label_config(['<b onclick="y">', "Gene", "Gene"])
    values = [label.get("value") for label in ElementTree.fromstring(config).iter("Label")]
    assert values == ['<b onclick="y">', "Gene"]


def test_nothing_drawn_is_no_task():
    assert to_tasks([], model="m") == []
