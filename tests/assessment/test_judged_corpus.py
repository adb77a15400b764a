import json

import pytest

from sru_ner.assessment.candidates import Candidate
from sru_ner.assessment.items import make_items
from sru_ner.assessment.judged_corpus import judged_corpus
from sru_ner.assessment.judgements import Judgements
from sru_ner.assessment.key import key_table
from sru_ner.assessment.sample import draw_sample
from sru_ner.assessment.verdicts import Judgement, Verdict
from sru_ner.corpora.readers import read_file

C, T, B, N, U = Judgement
TEXT = "Mice with liver cancer and rats."
FOUND = [("Mice", "Species"), ("liver", "Disease"), ("liver cancer", "Disease")]


def candidates(found=FOUND):
    return [
        Candidate("m", "s", "d", "", TEXT, "", TEXT.index(w), TEXT.index(w) + len(w), type_, 0.9)
        for w, type_ in found
    ]


def corpus_of(*said, per_stratum=9, others=()):
    """said: mention → verdict and what else it says; others: the same of a second assessor."""
    sample = draw_sample(candidates(), bands=(0.5, 1), per_stratum=per_stratum, seed=1)
    items = make_items(sample.items)
    by_name = {}
    for name, rows in (("A", said), ("B", others)):
        by_mention = {mention: more for mention, *more in rows}
        by_name[name] = {
            item.id: Verdict(id=item.id, verdict=by_mention[item.mention][0],
                             **dict(*by_mention[item.mention][1:]))
            for item in items.items if item.mention in by_mention
        }  # fmt: skip
    key = key_table(sample, split=None, digest=items.digest)
    return judged_corpus(key, Judgements(items, by_name))


def spans(document):
    return [(document["text"][s["start"] : s["end"]], s["label"]) for s in document["spans"]]


def test_a_sentence_in_which_only_diseases_were_judged_is_annotated_for_diseases():
    (document,) = corpus_of(("liver", N), ("liver cancer", C))
    assert document["annotated_types"] == ["Disease"]
    assert spans(document) == [("liver cancer", "Disease")]


def test_what_is_not_wholly_judged_stays_open():
    (document,) = corpus_of(("Mice", C), ("liver", N))
    assert document["annotated_types"] == ["Species"]
    # One of the two diseases was not drawn, so nobody could judge it.
    for document in corpus_of(("Mice", C), ("liver", N), ("liver cancer", C), per_stratum=1):
        assert document["annotated_types"] == ["Species"]


@pytest.mark.parametrize(
    ("verdict", "more", "types", "found"),
    [
        (C, {}, ["Species"], [("Mice", "Species")]),
        (N, {}, ["Species"], []),
        (U, {}, None, None),
        (B, {}, None, None),
        (B, {"start": 0, "end": 9}, ["Species"], [("Mice with", "Species")]),
        (T, {}, ["Species"], []),
        (T, {"type": "Disease"}, ["Species"], []),  # diseases are open here
    ],
)
def test_a_verdict_becomes_what_it_says(verdict, more, types, found):
    documents = corpus_of(("Mice", verdict, more))
    assert [d["annotated_types"] for d in documents] == ([] if types is None else [types])
    assert [spans(d) for d in documents] == ([] if found is None else [found])


def test_disagreements_are_not_learned():
    assert corpus_of(("Mice", C), others=[("Mice", N)]) == []
    assert len(corpus_of(("Mice", C), others=[("Mice", C)])) == 1
    assert len(corpus_of(("Mice", C), others=[("Mice", U)])) == 1


def test_the_corpus_is_read_with_its_inventories(tmp_path):
    documents = corpus_of(("Mice", C), ("liver", N), ("liver cancer", C))
    path = tmp_path / "judged.jsonl"
    path.write_text("".join(json.dumps(document) + "\n" for document in documents))
    reading = read_file("jsonl", path, name="judged", options={})
    (document,) = reading.documents
    assert reading.incidents == ()
    assert document.annotated_types == ("Disease", "Species")
    assert [m.type for m in document.mentions] == ["Species", "Disease"]
