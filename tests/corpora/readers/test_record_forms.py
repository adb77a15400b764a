"""Each form of records as the tool that has it writes it."""

import pytest

from sru_ner.corpora.readers.raw import MalformedError
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.records import find_form, read_document

TEXT = "IL-2 in mice"
WORDS = ["IL-2", "gene", "in", "mice"]


def read(record, **options):
    incidents = []
    document = read_document(3, record, "unnamed", RecordOptions(**options), incidents)
    return document, incidents


def quoted(record, **options):
    document, incidents = read(record, **options)
    assert not incidents
    return [
        (document.text[m.start : m.end], m.type, m.flaw or m.refusal) for m in document.mentions
    ]


GENE = [("IL-2", "Gene", None)]
NESTED = [("IL-2 gene", "DNA", None), ("IL-2", "Protein", None)]


@pytest.mark.parametrize(
    "record",
    [
        # Prodigy: `type` says what kind of annotation it is, `label` is the type
        {"text": TEXT, "spans": [{"start": 0, "end": 4, "type": "span", "label": "Gene"}]},
        {
            "text": TEXT,
            "tokens": [{"text": "IL-2", "start": 0, "end": 4, "id": 0}],
            "spans": [{"start": 0, "end": 4, "token_start": 0, "token_end": 0, "label": "Gene"}],
            "answer": "accept",
        },
        # doccano, of several versions
        {"text": TEXT, "label": [[0, 4, "Gene"]]},
        {"data": TEXT, "label": [[0, 4, "Gene"]], "id": 7},
        {"text": TEXT, "entities": [{"label": "Gene", "start_offset": 0, "end_offset": 4}]},
        {"text": TEXT, "annotations": [{"label": "Gene", "start_offset": 0, "end_offset": 4}]},
        # what `sru-ner annotate` writes: the labels of each source next to the type
        {"text": TEXT, "spans": [{"start": 0, "end": 4, "type": "Gene", "labels": ["a$Gene"]}]},
        # GLiNER's predictions, those of transformers, and spaCy
        {"text": TEXT, "entities": [{"start": 0, "end": 4, "text": "IL-2", "label": "Gene"}]},
        {"text": TEXT, "entities": [{"entity_group": "Gene", "start": 0, "end": 4}]},
        {"text": TEXT, "ents": [{"start": 0, "end": 4, "label": "Gene"}], "tokens": []},
        {"text": TEXT, "spans": {"sc": [{"start": 0, "end": 4, "label": "Gene"}]}},
        [TEXT, {"entities": [[0, 4, "Gene"]]}],
        # Label Studio, JSON-MIN
        {
            "id": 1,
            "text": TEXT,
            "ner": [{"start": 0, "end": 4, "text": "IL-2", "labels": ["Gene"]}],
            "annotator": 1,
            "annotation_id": 2,
        },
        # PubAnnotation
        {
            "text": TEXT,
            "denotations": [{"id": "T1", "span": {"begin": 0, "end": 4}, "obj": "Gene"}],
        },
        {
            "text": TEXT,
            "tracks": [{"denotations": [{"span": {"begin": 0, "end": 4}, "obj": "Gene"}]}],
        },
        # BigBio
        {
            "passages": [
                {"text": ["IL-2"], "offsets": [[0, 4]]},
                {"text": ["in mice"], "offsets": [[5, 12]]},
            ],
            "entities": [{"type": "Gene", "text": ["IL-2"], "offsets": [[0, 4]]}],
        },
        # Hugging Face stores lists of objects as columns
        {"text": TEXT, "entities": {"start": [0], "end": [4], "type": ["Gene"]}},
        {"text": TEXT, "spans": [{"start": 0, "end": 4, "label": None, "type": "Gene"}]},
    ],
)  # fmt: skip
def test_texts_with_spans(record):
    document, _ = read(record)
    assert document.text == TEXT
    assert quoted(record) == GENE


@pytest.mark.parametrize(
    "record",
    [
        {"tokenized_text": WORDS, "ner": [[0, 1, "DNA"], [0, 0, "Protein"]]},  # GLiNER
        {
            "sentence": WORDS,
            "ner": [{"index": [0, 1], "type": "DNA"}, {"index": [0], "type": "Protein"}],
        },  # W2NER
        {
            "tokens": WORDS,
            "entities": [
                {"start": 0, "end": 2, "type": "DNA"},
                {"start": 0, "end": 1, "type": "Protein"},
            ],
            "relations": [],
            "org_id": "x",
            "ltokens": ["Before"],
            "rtokens": ["After"],
        },  # PIQN
    ],
)
def test_words_with_nested_spans(record):
    document, _ = read(record)
    assert document.text == "IL-2 gene in mice"
    assert len(document.sentences[0].words) == 4
    assert quoted(record) == NESTED


@pytest.mark.parametrize("words", ["tokens", "words"])
@pytest.mark.parametrize("tags", ["ner_tags", "tags", "labels", "ner"])
def test_words_with_tags(words, tags):
    assert quoted({words: WORDS, tags: ["B-DNA", "I-DNA", "O", "O"]}) == NESTED[:1]
    record = {words: WORDS, tags: [1, 2, 0, 0], "text": "IL-2 gene in mice"}
    assert quoted(record, tag_names=["O", "B-DNA", "I-DNA"]) == NESTED[:1]


def test_an_empty_list_of_spans_is_no_list_of_tags():
    assert quoted({"tokenized_text": WORDS, "ner": []}) == []
    with pytest.raises(MalformedError, match="4 tokens and 0 tags"):
        read({"tokens": WORDS, "ner_tags": []})


def test_keys_and_tags_that_the_user_names():
    spans = {"body": TEXT, "marks": [{"from": 0, "to": 3, "kind": "Gene"}]}
    options = {"text": "body", "spans": "marks", "start": "from", "end": "to", "type": "kind"}
    assert quoted(spans, **options, end_is="inclusive") == GENE
    tagged = {"w": WORDS, "t": ["B_DNA", "I_DNA", "_", "_"], "tags": ["O"] * 4}
    options = {"tokens": "w", "tags": "t", "tag_separator": "_", "outside": "_"}
    assert quoted(tagged, **options) == NESTED[:1]
    assert quoted({"tokens": WORDS, "tags": ["DNA", "DNA", "O", "O"]}, scheme="io") == NESTED[:1]
    both = {"tokens": WORDS, "ner_tags": ["O"] * 4, "entities": [[0, 2, "DNA"]]}
    assert quoted(both) == []
    assert quoted(both, spans="entities") == NESTED[:1]


def test_types_that_are_numbers():
    record = {"text": TEXT, "annotations": [{"label": 3, "start_offset": 0, "end_offset": 4}]}
    assert quoted(record) == [("IL-2", "3", None)]
    assert quoted(record, type_names={3: "Gene"}) == GENE
    assert quoted(record, type_names={"3": "Gene"}) == GENE


def test_several_types_are_several_mentions():
    record = {"text": TEXT, "label": [{"start": 0, "end": 4, "labels": ["Gene", "Drug"]}]}
    assert quoted(record) == [("IL-2", "Gene", None), ("IL-2", "Drug", None)]


def test_dygie_counts_the_words_of_the_document():
    record = {
        "doc_key": "d",
        "sentences": [["IL-2", "."], ["In", "mice", "."]],
        "ner": [[[0, 0, "Gene"]], [[3, 3, "Species"]]],
    }
    document, _ = read(record)
    assert (document.id, document.text) == ("d", "IL-2 . In mice .")
    assert quoted(record) == [*GENE, ("mice", "Species", None)]
    assert [(s.start, s.end) for s in document.sentences] == [(0, 6), (7, 16)]
    with pytest.raises(MalformedError, match="not one list for each"):
        read(record | {"ner": [[]]})
    with pytest.raises(MalformedError, match="blank"):
        read(record | {"sentences": [["a"], []]})


def test_answers_that_are_no_gold_standard_are_left_out_and_counted():
    spans = [{"start": 0, "end": 4, "label": "Gene"}]
    for answer in ("reject", "ignore"):
        document, incidents = read({"text": TEXT, "spans": spans, "answer": answer, "tokens": []})
        assert document is None
        assert [(i.outcome, i.reason, i.line, i.mentions) for i in incidents] == [
            ("noted", "not_accepted", 3, 1)
        ]
    assert quoted({"text": TEXT, "answer": "accept"}) == []
    assert quoted({"text": TEXT, "annotation_id": 7, "annotator": 1}) == []
    with pytest.raises(MalformedError, match="neither 'text' and 'spans'"):
        read({"text": TEXT})


@pytest.mark.parametrize(
    "record",
    [
        {"text": TEXT, "spans": [{"fragments": [[0, 4], [8, 12]], "type": "X"}]},
        {"text": TEXT, "entities": [{"offsets": [[0, 4], [8, 12]], "type": "X"}]},
        {
            "text": TEXT,
            "denotations": [
                {"span": [{"begin": 0, "end": 4}, {"begin": 8, "end": 12}], "obj": "X"}
            ],
        },
        {"sentence": ["IL-2", "in", "mice"], "ner": [{"index": [0, 2], "type": "X"}]},
    ],
)
def test_mentions_in_pieces_keep_their_text_and_pieces(record):
    document, _ = read(record)
    (mention,) = document.mentions
    assert (mention.refusal, mention.text) == ("discontinuous", "IL-2 mice")
    assert mention.fragments == ((0, 4), (8, 12))


def test_passages_that_overlap_are_malformed():
    passages = [{"text": ["IL-2"], "offsets": [[0, 4]]}, {"text": ["x"], "offsets": [[2, 3]]}]
    with pytest.raises(MalformedError, match="one after the other"):
        read({"passages": passages, "entities": []})


def test_identifiers():
    assert read({"text": "", "spans": [], "id": 5})[0].id == "5"
    record = {"text": "", "denotations": [], "sourcedb": "PMC", "sourceid": "7", "divid": 0}
    assert read(record)[0].id == "PMC:7:0"
    assert read({"text": "", "spans": []})[0].id == "unnamed"


@pytest.mark.parametrize(
    ("span", "detail"),
    [
        ({"start": 0, "end": 4}, "its type is null"),
        ({"start": 0, "end": 4, "type": {"a": 1}}, "its type is null"),
        ({"start": 0, "end": "4", "type": "X"}, "its end is a string"),
        ({"start": True, "end": 4, "type": "X"}, "its start is a truth value"),
        ({"span": [[0]], "type": "X"}, "one of its pieces is a list"),
        ({"index": [], "type": "X"}, "its index is empty"),
        ([0, 4], "a list of 2"),
        ([0, 4, "X", "Y"], "a list of 4"),
        ([0, 4, True], "its type is a truth value"),
        ("X", "a string, not an object"),
    ],
)
def test_a_span_that_is_none_is_counted(span, detail):
    document, incidents = read({"text": TEXT, "spans": [[0, 4, "Gene"], span]})
    assert len(document.mentions) == 1
    assert [(i.outcome, i.reason) for i in incidents] == [("refused", "malformed_span")]
    assert incidents[0].detail.startswith(f"span 1: {detail}")


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"data": {"text": ""}, "annotations": []}, "tasks of Label Studio"),
        ({"paragraphs": []}, "documents of spaCy 2"),
        ({"tokens": ["a"], "tags": ["O"]}, "words with tags"),
        ({"tokens": ["a"], "entities": []}, "words with spans of words"),
        ({"id": "7", "passages": [{"offset": 0, "text": "a", "annotations": []}]}, None),
        ({"a": 1}, None),
        (["a", "b"], None),
        (7, None),
    ],
)
def test_forms_are_told_apart(record, name):
    form = find_form(record, RecordOptions())
    assert (form and form.name) == name
