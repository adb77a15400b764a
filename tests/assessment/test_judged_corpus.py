import json

import pytest

from sru_ner.assessment.candidates import Candidate
from sru_ner.assessment.items import make_items
from sru_ner.assessment.judged_corpus import judged_corpus
from sru_ner.assessment.judgements import Judgements
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


def corpus_of(*said, others=()):
    """said: mention → verdict and what else it says; others: the same of a second assessor."""
    items = make_items(draw_sample(candidates(), bands=(0.5, 1), per_stratum=9, seed=1).items)
    by_name = {}
    for name, rows in (("A", said), ("B", others)):
        by_mention = {mention: more for mention, *more in rows}
        by_name[name] = {
            item.id: Verdict(id=item.id, verdict=by_mention[item.mention][0],
                             **dict(*by_mention[item.mention][1:]))
            for item in items.items if item.mention in by_mention
        }  # fmt: skip
    return judged_corpus(Judgements(items, by_name))


def places(document, key):
    return [(document["text"][s["start"] : s["end"]], s["label"]) for s in document[key]]


def test_only_what_was_judged_is_known():
    (document,) = corpus_of(("liver", N), ("liver cancer", C))
    assert document["annotated_types"] == []
    assert places(document, "spans") == [("liver cancer", "Disease")]
    # Mice were not judged, and nobody looked for what the model missed, such as the rats.
    assert places(document, "judged") == [("liver cancer", "Disease"), ("liver", "Disease")]


MICE = ("Mice", "Species")


@pytest.mark.parametrize(
    ("verdict", "more", "spans", "judged"),
    [
        (C, {}, [MICE], [MICE]),
        (N, {}, [], [MICE]),
        (U, {}, None, None),
        (B, {}, None, None),
        (B, {"start": 0, "end": 9}, [("Mice with", "Species")], [("Mice with", "Species"), MICE]),
        (T, {}, [], [MICE]),
        (T, {"type": "Disease"}, [("Mice", "Disease")], [("Mice", "Disease"), MICE]),
        # Nothing says where a Gene is not, because the models of the sample marked none.
        (T, {"type": "Gene"}, [], [MICE]),
    ],
)
def test_a_verdict_becomes_what_it_says(verdict, more, spans, judged):
    documents = corpus_of(("Mice", verdict, more))
    assert [places(d, "spans") for d in documents] == ([] if spans is None else [spans])
    assert [places(d, "judged") for d in documents] == ([] if judged is None else [judged])


def test_disagreements_are_not_learned():
    assert corpus_of(("Mice", C), others=[("Mice", N)]) == []
    assert len(corpus_of(("Mice", C), others=[("Mice", C)])) == 1
    assert len(corpus_of(("Mice", C), others=[("Mice", U)])) == 1


def test_the_corpus_is_read_with_its_places(tmp_path):
    path = tmp_path / "judged.jsonl"
    path.write_text(json.dumps(corpus_of(("Mice", C), ("liver", N))[0]) + "\n")
    reading = read_file("jsonl", path, name="judged", options={})
    (document,) = reading.documents
    assert reading.incidents == ()
    assert document.annotated_types == ()
    assert document.judged == ((0, 4, "Species"), (10, 15, "Disease"))
    assert [m.type for m in document.mentions] == ["Species"]
