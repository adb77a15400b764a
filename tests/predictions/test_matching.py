import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator

from sru_ner.decisions.counts import Counts, Ratios, add, count, total
from sru_ner.errors import InputError
from sru_ner.predictions.matching import (
    ANY_TYPE,
    EXACT,
    STANDARD,
    Criterion,
    Mention,
    count_matches,
    half_credit,
    match,
    parse_criterion,
)

WITHIN = [Criterion("within", typed, n) for typed in (True, False) for n in (0, 1, 3)]
OVERLAP, ANYWHERE = Criterion("overlap"), Criterion("overlap", typed=False)

mentions = st.lists(
    st.builds(
        lambda start, length, type_: Mention(start, start + length, type_),
        st.integers(0, 12),
        st.integers(1, 6),
        st.sampled_from(["Gene", "Disease"]),
    ),
    max_size=7,
    unique=True,
)


def fits(gold: Mention, predicted: Mention, criterion: Criterion) -> bool:
    """The definition, pair by pair."""
    shared = min(gold.end, predicted.end) > max(gold.start, predicted.start)
    off = abs(gold.start - predicted.start), abs(gold.end - predicted.end)
    right = {
        "exact": off == (0, 0),
        "left": off[0] == 0,
        "right": off[1] == 0,
        "overlap": True,
        "within": max(off) <= criterion.tolerance,
    }[criterion.boundaries]
    return shared and right and (gold.type == predicted.type or not criterion.typed)


def test_a_prediction_over_two_gold_mentions_finds_one():
    gold = [Mention(0, 4, "Gene"), Mention(6, 9, "Gene")]
    assert len(match(gold, [Mention(0, 9, "Gene")], OVERLAP)) == 1
    assert match(gold, [Mention(0, 9, "Disease")], OVERLAP) == []
    assert len(match(gold, [Mention(0, 9, "Disease")], ANYWHERE)) == 1


def test_nested_mentions_are_matched_one_to_one():
    # Whoever takes the first that fits gives the outer prediction to the inner gold mention.
    gold = [Mention(0, 3, "Gene"), Mention(0, 10, "Gene")]
    predicted = [Mention(0, 10, "Gene"), Mention(0, 4, "Gene")]
    assert match(gold, predicted, EXACT) == [(1, 0)]
    assert match(gold, predicted, Criterion("right")) == [(1, 0)]
    assert len(match(gold, predicted, OVERLAP)) == 2
    assert match(gold, predicted, Criterion("within", tolerance=1)) == [(0, 1), (1, 0)]


@settings(deadline=None)
@given(gold=mentions, predicted=mentions, criterion=st.sampled_from([*STANDARD, *WITHIN]))
def test_a_matching_is_valid_and_as_large_as_any(gold, predicted, criterion):
    found = match(gold, predicted, criterion)
    assert all(fits(gold[i], predicted[j], criterion) for i, j in found)
    assert len({i for i, _ in found}) == len({j for _, j in found}) == len(found)
    graph = nx.Graph()
    graph.add_edges_from(
        (("gold", i), ("predicted", j))
        for i, g in enumerate(gold)
        for j, p in enumerate(predicted)
        if fits(g, p, criterion)
    )
    assert len(found) == len(nx.max_weight_matching(graph, maxcardinality=True))
    assert len(match(predicted, gold, criterion)) == len(found)


@settings(deadline=None)
@given(gold=mentions, predicted=mentions)
def test_a_laxer_criterion_never_counts_fewer(gold, predicted):
    sizes = {
        criterion: len(match(gold, predicted, criterion)) for criterion in (*STANDARD, *WITHIN)
    }
    for criterion, size in sizes.items():
        exact, overlap = (Criterion(b, criterion.typed) for b in ("exact", "overlap"))
        assert sizes[exact] <= size <= sizes[overlap]
        untyped = Criterion(criterion.boundaries, typed=False, tolerance=criterion.tolerance)
        assert size <= sizes[untyped]


def decisions(decisions_of, documents):
    """A decisions table of (gold, predicted) mentions by document."""
    rows = [
        {
            "document_id": name,
            **mention._asdict(),
            "gold": mention in gold,
            "predicted": mention in predicted,
        }
        for name, (gold, predicted) in documents.items()
        for mention in sorted({*gold, *predicted})
    ]
    return decisions_of(rows)


def counted(table):
    return total(Counts(r["tp"], r["fp"], r["fn"], r["inexpressible"]) for r in table.to_pylist())


documents = st.dictionaries(st.sampled_from("abc"), st.tuples(mentions, mentions))


@settings(deadline=None, max_examples=25)
@given(documents=documents)
def test_exact_counts_are_those_of_scoring(decisions_of, documents):
    table = decisions(decisions_of, documents)
    assert count_matches(table).equals(count(table))


@settings(deadline=None, max_examples=25)
@given(documents=documents, criterion=st.sampled_from([*STANDARD, *WITHIN]))
def test_counts_are_those_of_the_documents_added(decisions_of, documents, criterion):
    whole = count_matches(decisions(decisions_of, documents), criterion)
    parts = [
        count_matches(decisions(decisions_of, {name: pair}), criterion)
        for name, pair in documents.items()
    ]
    assert add(parts).equals(whole)
    found = counted(whole)
    assert found.tp == sum(len(match(*pair, criterion)) for pair in documents.values())
    assert found.support == sum(len(gold) for gold, _ in documents.values())
    assert found.tp + found.fp == sum(len(predicted) for _, predicted in documents.values())


def test_what_is_not_scored_takes_no_part(decisions_of):
    rows = [
        {"start": 0, "end": 5, "fits_words": False},
        {"start": 0, "end": 4, "gold": False, "predicted": True, "in_inventory": False},
        {"start": 2, "end": 5, "gold": False, "predicted": True, "type": "Gene", "known": False},
    ]
    typed, untyped = (count_matches(decisions_of(rows), c) for c in (OVERLAP, ANYWHERE))
    assert [(r["type"], r["tp"], r["fp"], r["fn"], r["inexpressible"]) for r in typed.to_pylist()] \
        == [("Disease", 0, 0, 1, 1), ("Gene", 0, 1, 0, 0)]  # fmt: skip
    assert [(r["type"], r["tp"], r["fp"], r["fn"]) for r in untyped.to_pylist()] == [
        (ANY_TYPE, 1, 0, 0)
    ]


@pytest.mark.parametrize("criterion", [*STANDARD, *WITHIN], ids=str)
def test_a_criterion_is_found_by_its_name(criterion):
    assert parse_criterion(str(criterion)) == criterion


@pytest.mark.parametrize(
    "name", ["strict", "within", "within-", "within-x", "within--1", "", "left-"]
)
def test_another_name_is_refused(name):
    with pytest.raises(InputError, match="take exact, left, right, overlap or within-N"):
        parse_criterion(name)


def test_half_credit():
    found = half_credit(Counts(tp=1, fp=3, fn=4), Counts(tp=3, fp=1, fn=2))
    assert found == Ratios(2 / 4, 2 / 5, 4 / 9)
    assert half_credit(Counts(), Counts()) == Ratios(None, None, None)


@st.composite
def flat(draw, types=("Chemical", "Disease", "Gene")):
    """Mentions of one side that neither nest nor cross, as of a tagger."""
    position, found = 0, []
    for _ in range(draw(st.integers(0, 6))):
        position += draw(st.integers(0, 2))
        length = draw(st.integers(1, 4))
        found.append(Mention(position, position + length, draw(st.sampled_from(types))))
        position += length
    return found


def nervaluated(gold, predicted, strategy):
    """Of one document; nervaluate ends a span at its last character."""
    sides = [
        [[{"label": m.type, "start": m.start, "end": m.end - 1} for m in side]]
        for side in (gold, predicted)
    ]
    evaluator = Evaluator(*sides, tags=["Chemical", "Disease", "Gene"], loader="dict")
    return evaluator.evaluate()["overall"][strategy]


@settings(deadline=None)
@given(gold=flat(), predicted=flat())
def test_agrees_with_nervaluate(gold, predicted):
    sizes = {str(criterion): len(match(gold, predicted, criterion)) for criterion in STANDARD}
    assert nervaluated(gold, predicted, "strict").correct == sizes["exact"]
    assert nervaluated(gold, predicted, "exact").correct == sizes["exact-any-type"]
    partial = nervaluated(gold, predicted, "partial")
    assert partial.correct == sizes["exact-any-type"]
    assert partial.correct + partial.partial == sizes["overlap-any-type"]
    exact, overlap = (
        Counts(sizes[n], len(predicted) - sizes[n], len(gold) - sizes[n])
        for n in ("exact-any-type", "overlap-any-type")
    )
    ours = half_credit(exact, overlap)
    for name in ("precision", "recall", "f1"):
        assert getattr(partial, name) == pytest.approx(getattr(ours, name) or 0.0)


@settings(deadline=None)
@given(gold=flat(), predicted=flat())
def test_agrees_with_nervaluate_on_types_where_there_is_nothing_to_choose(gold, predicted):
    found = nervaluated(gold, predicted, "ent_type").correct
    ours = len(match(gold, predicted, OVERLAP))
    # It takes one prediction after another, and a wrong one uses up a gold mention.
    assert found <= ours
    touching = [(i, j) for i, g in enumerate(gold) for j, p in enumerate(predicted)
                if fits(g, p, ANYWHERE)]  # fmt: skip
    if len({i for i, _ in touching}) == len({j for _, j in touching}) == len(touching):
        assert found == ours
