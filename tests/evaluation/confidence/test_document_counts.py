import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.dataset.corpus import Corpus
from sru_ner.decisions.counts import count
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.evaluation.confidence.document_counts import (
    FN,
    FP,
    TP,
    corpus_documents,
    count_by_document,
    micro_ratios,
)
from sru_ner.evaluation.contamination import Contaminations
from sru_ner.evaluation.matrix import SCOPES, build_matrix
from sru_ner.leakage.pairs import Contamination

ROWS = [
    {"document_id": "a", "predicted": True},
    {"document_id": "a", "start": 5, "end": 6},
    {"document_id": "c", "gold": False, "predicted": True, "type": "Gene", "known": True},
    {"document_id": "c", "type": "Species", "known": False},
    {"document_id": "c", "gold": False, "predicted": True, "in_inventory": False, "type": "DNA"},
]


def test_mentions_are_counted_in_their_documents(decisions_of):
    (found,) = count_by_document(decisions_of(ROWS), {"t": ["a", "b", "c"]}, models=["m"])
    assert (found.documents, found.types) == (("a", "b", "c"), ("Disease", "Gene", "Species"))
    expected = np.zeros((1, 3, 3, 3))
    expected[0, 0, 0, [TP, FN]] = 1
    expected[0, 2, 1, FP] = 1
    expected[0, 2, 2, FN] = 1
    np.testing.assert_array_equal(found.counts, expected)
    assert found.known.tolist() == [[True, True, False]]
    assert found.scored.all()


def test_a_document_without_a_mention_counts_and_a_corpus_without_one_too(decisions_of):
    found = count_by_document(decisions_of([]), {"t": ["a"], "u": ["b", "c"]}, models=["m"])
    assert [corpus.counts.shape for corpus in found] == [(1, 1, 0, 3), (1, 2, 0, 3)]
    assert not found[0].comparable.any()


def test_what_was_left_out_is_not_scored_for_that_model_alone(decisions_of):
    rows = [{"document_id": d, "model": m} for m in ("m", "n") for d in ("a", "b")]
    leaks = Contaminations("drop_test", {("m", "t"): Contamination(2, frozenset("a"), 1)})
    kept = decisions_of([row for row in rows if (row["model"], row["document_id"]) != ("m", "a")])
    (found,) = count_by_document(kept, {"t": ["a", "b"]}, models=["m", "n"], leaks=leaks)
    assert found.scored.tolist() == [[False, True], [True, True]]
    assert found.counts[..., FN].sum(axis=2).tolist() == [[0, 1], [1, 1]]


def test_decisions_about_documents_that_are_not_there_are_refused(decisions_of):
    with pytest.raises(InputError, match=r"document c of t(.|\n)*sru-ner evaluate"):
        count_by_document(decisions_of(ROWS), {"t": ["a", "b"]}, models=["m"])


def test_documents_are_read_of_the_harmonised_corpora(harmonized):
    found = corpus_documents([Corpus(harmonized, "chemicals").split("dev")])
    assert found["chemicals"] == sorted(set(found["chemicals"]))
    with pytest.raises(UnknownNameError, match="absent"):
        corpus_documents([Corpus(harmonized, "absent").split("test")])


ANY_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "model": st.sampled_from(["m", "n"]),
            "tested": st.sampled_from(["t", "u"]),
            "document_id": st.sampled_from("abc"),
            "start": st.integers(0, 9),
            "type": st.sampled_from(["Disease", "Gene"]),
            "state": st.sampled_from(["tp", "fp", "fn"]),
            "in_inventory": st.booleans(),
        }
    ),
    max_size=30,
)


@settings(max_examples=30, deadline=None)
@given(rows=ANY_ROWS)
def test_sums_over_documents_are_the_cells_of_the_matrix(decisions_of, rows):
    table = decisions_of(
        [
            {k: v for k, v in row.items() if k != "state"}
            | {"gold": row["state"] != "fp", "predicted": row["state"] != "fn"}
            | {"known": (row["model"], row["type"]) != ("m", "Gene")}
            for row in rows
        ]
    )
    models = ["m", "n"]
    cells = build_matrix(
        count(table), suite="", split="", shown="common", models=models, tested=["t", "u"]
    )
    for corpus in count_by_document(table, {"t": "abc", "u": "abc"}, models=models):
        for number, model in enumerate(models):
            cell = cells[model, corpus.tested]
            assert corpus.comparable[number] == cell.comparable
            for scope in SCOPES if cell.comparable else ():
                summed = corpus.counts[number][:, corpus.within(scope)[number]].sum(axis=(0, 1))
                micro = cell.micro(scope)
                assert summed.tolist() == [micro.tp, micro.fp, micro.fn]
                ratios = micro_ratios(summed)
                expected = micro.ratios
                for name in ("precision", "recall", "f1"):
                    value = getattr(expected, name)
                    assert ratios[name] == pytest.approx(
                        np.nan if value is None else value, nan_ok=True
                    )
