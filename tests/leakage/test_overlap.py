import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import UnknownNameError
from sru_ner.leakage.fingerprints import SHINGLE, SHORTEST, letters
from sru_ner.leakage.overlap import SHORTEST_TEXT, SIMILAR, _similar_texts, find_leakage

SENTENCES = [
    "Zaltrexin lowered the serum level of orbulin in patients with velmar syndrome.",
    "No carrier of the QRT7 variant developed tremor while on dovaprine.",
    "Mice without the fennel receptor gained weight on every diet that was offered.",
    "We measured uptake of kestrol in hepatic cells at four time points.",
    "Placebo was given to the remaining forty volunteers, none of whom fell ill.",
]
ABSTRACT = " ".join(SENTENCES[:4])


def tokenised(text: str) -> str:
    return text.lower().replace(".", " .").replace(",", " ,")


def found(root, *sources):
    return [
        (p["learned"], p["learned_document"], p["tested"], p["tested_document"], p["kind"])
        for p in find_leakage(Corpus(root, name) for name in sources).pairs.to_pylist()
    ]


def test_each_kind_of_overlap_is_found(corpora):
    changed = ABSTRACT.replace("forty", "fifty").replace("four time points", "five time points")
    root = corpora(
        {
            "abstracts": {
                "train": {"1": ABSTRACT, "2": SENTENCES[4]},
                "test": {"3": "Else. " * 9},
            },
            "copies": {"test": {"1": tokenised(ABSTRACT), "9": changed}},
            "sentences": {"train": {"s": SENTENCES[3]}, "test": {"t": tokenised(SENTENCES[1])}},
        }
    )
    assert found(root, "abstracts", "copies", "sentences") == [
        ("abstracts", "1", "copies", "1", "text"),
        ("abstracts", "1", "copies", "9", "near"),
        ("abstracts", "1", "sentences", "t", "part"),
        ("sentences", "s", "copies", "1", "part"),
    ]


def test_an_equal_identifier_counts_only_with_the_text(corpora):
    root = corpora(
        {
            "one": {"train": {"1": SENTENCES[0], "2": SENTENCES[1]}},
            "two": {"test": {"1": SENTENCES[2], "2": SENTENCES[1]}},
        }
    )
    (pair,) = find_leakage(Corpus(root, name) for name in ["one", "two"]).pairs.to_pylist()
    assert (pair["tested_document"], pair["same_id"], pair["jaccard"]) == ("2", True, 1.0)


def test_dev_is_learned_from_and_tested_on_but_no_split_against_itself(corpora):
    splits = {"train": {"a": SENTENCES[0]}, "dev": {"b": SENTENCES[0]}, "test": {"c": SENTENCES[0]}}
    root = corpora({"one": splits})
    rows = find_leakage(Corpus(root, name) for name in ["one"]).pairs.to_pylist()
    assert [(r["learned_split"], r["tested_split"]) for r in rows] == [
        ("dev", "test"),
        ("train", "dev"),
        ("train", "test"),
    ]


def test_short_texts_are_counted_not_compared(corpora):
    short = "Copyright 1999 Invented Press."
    root = corpora({"one": {"train": {"a": short}}, "two": {"test": {"b": short}}})
    leakage = find_leakage(Corpus(root, name) for name in ["one", "two"])
    assert leakage.pairs.num_rows == 0
    assert [row["too_short"] for row in leakage.documents.to_pylist()] == [1, 1]
    assert len(letters(short)) < SHORTEST_TEXT
    assert SHORTEST <= SHORTEST_TEXT  # what is compared has fingerprints


def test_the_same_rows_in_any_order_of_sources_and_documents(corpora):
    documents = {str(i): text for i, text in enumerate(SENTENCES)}
    backwards = dict(reversed(documents.items()))
    root = corpora({"one": {"train": documents}, "two": {"test": {"x": ABSTRACT}}})
    first = find_leakage(Corpus(root, name) for name in ["one", "two"])
    root = corpora({"one": {"train": backwards}})
    second = find_leakage(Corpus(root, name) for name in ["two", "one"])
    assert first.pairs.equals(second.pairs)
    assert first.documents.equals(second.documents)
    assert first.pairs.num_rows == 4


def test_what_many_texts_say_is_no_overlap_of_itself(corpora):
    phrase = "These results suggest that further work is needed on the matter: "
    draw = random.Random(0)
    texts = {
        str(i): phrase + "".join(draw.choices(string.ascii_lowercase, k=120)) for i in range(300)
    }
    root = corpora({"one": {"train": texts}, "two": {"test": {"x": phrase + ABSTRACT}}})
    assert found(root, "one", "two") == []


def test_unknown_source(corpora):
    root = corpora({"one": {"train": {"a": SENTENCES[0]}}})
    with pytest.raises(UnknownNameError, match="nowhere"):
        find_leakage(Corpus(root, name) for name in ["one", "nowhere"])


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_agrees_with_comparing_everything(data):
    """Texts are cut, copied and mutated from one alphabet soup; brute force must find no more."""
    draw = random.Random(data.draw(st.integers(0, 2**32)))
    soup = ["".join(draw.choices(string.ascii_lowercase, k=200)) for _ in range(3)]
    texts = []
    for _ in range(data.draw(st.integers(2, 7))):
        start = draw.randrange(0, 120)
        text = draw.choice(soup)[start : start + draw.randrange(60, 160)]
        for _ in range(draw.randrange(0, 2)):
            place = draw.randrange(len(text))
            text = text[:place] + draw.choice("xyz") + text[place + 1 :]
        if len(text) >= SHORTEST_TEXT:
            texts.append(text)
    texts = list(dict.fromkeys(texts))
    if len(texts) < 2:
        return
    import pandas as pd

    members = pd.concat(
        [pd.DataFrame({"text": range(len(texts)), "split": split}) for split in ("train", "test")]
    )
    pairs = _similar_texts(texts, members)

    def runs(text: str) -> set[str]:
        return {text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1)}

    expected = {
        (i, j)
        for i, a in enumerate(texts)
        for j, b in enumerate(texts)
        if i != j and len(runs(a) & runs(b)) >= SIMILAR * min(len(runs(a)), len(runs(b)))
    }
    assert set(zip(pairs["one"], pairs["other"], strict=True)) == expected
