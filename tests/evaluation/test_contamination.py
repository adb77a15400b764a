from types import SimpleNamespace

import pytest

from sru_ner.errors import InputError
from sru_ner.evaluation.contamination import (
    NONE_KNOWN,
    NOTES,
    UNKNOWN_NOTE,
    find_contamination,
)

PAIRS = [
    ("a", "train", "1", "c", "x"),
    ("a", "dev", "2", "c", "x"),
    ("b", "train", "1", "c", "y"),
    ("a", "train", "3", "a", "z"),
]


def params_of(treatment: str, **experiments: list[str]) -> SimpleNamespace:
    return SimpleNamespace(
        experiments={n: SimpleNamespace(sources=s) for n, s in experiments.items()},
        evaluate=SimpleNamespace(
            split="test", tested=["a", "c"], leakage=treatment, predictions={}
        ),
    )


def with_tools(params: SimpleNamespace, **tools: list[str] | None) -> SimpleNamespace:
    params.evaluate.predictions = {
        n: SimpleNamespace(sources=s, files={"c": "c.jsonl"}) for n, s in tools.items()
    }
    return params


@pytest.mark.parametrize(
    ("treatment", "marks", "left_out"),
    [
        ("mark", {("one", "c"): "† 1", ("both", "c"): "† 2", ("both", "a"): "† 1"}, set()),
        ("drop_test", {("one", "c"): "‡ 1", ("both", "c"): "‡ 2"}, {"x", "y"}),
        ("drop_train", {("one", "c"): "‡ 2", ("both", "c"): "‡ 3", ("other", "a"): ""}, set()),
    ],
)
def test_a_cell_depends_on_what_its_model_learned_from(leakage_of, treatment, marks, left_out):
    params = params_of(treatment, one=["a"], both=["a", "b"], other=["b"])
    leaks = find_contamination(leakage_of(PAIRS, "abc"), params)
    assert {cell: leaks.mark(*cell) for cell in marks} == marks
    assert leaks.left_out("both", "c") == left_out
    sign = "†" if treatment == "mark" else "‡"
    assert leaks.note.startswith(f"{sign} n: n documents of the")
    assert leaks.figures("both", "c") == {
        "tested_documents": 9,
        "overlapping_documents": 2,
        "overlapping_learned_documents": 3,
    }


def test_a_corpus_that_was_learned_from_whole_has_no_figure(leakage_of):
    pairs = [("a", "train", str(n), "c", str(n)) for n in range(9)]
    leakage = leakage_of(pairs, "abc")
    dropped = find_contamination(leakage, params_of("drop_test", one=["a"]))
    assert dropped.why_no_figure("one", "c") == "one has learned from all documents of c."
    assert dropped.why_no_figure("one", "a") == "one knows no type of a, or was not run on it."
    marked = find_contamination(leakage, params_of("mark", one=["a"]))
    assert marked.why_no_figure("one", "c") == "one knows no type of c, or was not run on it."


def test_nothing_overlaps_nothing_is_marked(leakage_of):
    leaks = find_contamination(leakage_of([], "abc"), params_of("mark", one=["a"]))
    assert (leaks.note, leaks.mark("one", "c")) == ("", "")
    assert leaks.figures("one", "c")["overlapping_documents"] == 0
    assert (NONE_KNOWN.note, NONE_KNOWN.figures("one", "c")) == ("", {})


def test_a_source_that_was_not_compared_is_an_error(leakage_of):
    with pytest.raises(InputError, match="do not contain c/test"):
        find_contamination(leakage_of([], "ab"), params_of("mark", one=["a"]))


def test_a_tool_that_says_what_it_learned_from_is_marked_as_a_model(leakage_of):
    params = with_tools(params_of("drop_test", one=["a"]), tool=["a", "b"])
    leaks = find_contamination(leakage_of(PAIRS, "abc"), params)
    assert leaks.mark("tool", "c") == "‡ 2"
    assert leaks.left_out("tool", "c") == {"x", "y"}
    assert leaks.note == NOTES["drop_test"]


def test_a_tool_that_does_not_say_it_is_marked_as_unknown(leakage_of):
    params = with_tools(params_of("mark", one=["b"]), tool=None, clean=[])
    leaks = find_contamination(leakage_of(PAIRS, "abc"), params)
    assert [leaks.mark(name, "c") for name in ("tool", "clean", "one")] == ["† ?", "", "† 1"]
    assert leaks.mark("tool", "a") == ""  # it was not run there
    assert leaks.note == f"{NOTES['mark']} {UNKNOWN_NOTE}"
    assert leaks.figures("tool", "c") == {}


def test_nothing_was_excluded_from_what_a_tool_learned(leakage_of):
    params = with_tools(params_of("drop_train", one=["a"]), tool=["a"])
    leaks = find_contamination(leakage_of(PAIRS, "abc"), params)
    # Two learned documents overlap with one tested document.
    assert (leaks.mark("one", "c"), leaks.mark("tool", "c")) == ("‡ 2", "† 1")
    assert leaks.note == f"{NOTES['drop_train']} For tool: {NOTES['mark']}"
