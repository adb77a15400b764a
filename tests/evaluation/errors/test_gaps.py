import pyarrow as pa
import pytest
from scipy.stats import beta

from sru_ner.dataset.corpus import Corpus
from sru_ner.evaluation.errors.gaps import (
    GAP_ESTIMATES_SCHEMA,
    GAP_STRINGS_SCHEMA,
    GAPS_SCHEMA,
    SIZES_SCHEMA,
    corpus_sizes,
    estimate_gaps,
    find_gaps,
    gap_strings,
)

SIZES = pa.Table.from_pylist(
    [{"tested": "t", "split": "test", "documents": 4, "words": 500}], schema=SIZES_SCHEMA
)


def gap(start, **other):
    row = {"start": start, "end": start + 1, "type": "Gene", "gold": False, "predicted": True}
    return {**row, "in_inventory": False, "score": 0.95, **other}


def judged(start, gold, **other):
    return gap(start, gold=gold, in_inventory=True, **other)


ROWS = [
    gap(0, text="IL-2", score=0.9),
    gap(1, text="IL - 2"),
    gap(2, text="IL - 2", document_id="e"),
    gap(3, text="p53", score=0.89),
    gap(4, text="MICE", type="Species"),
    {"start": 0, "end": 1},
    # Where the type is annotated: three of four confident ones are right, on two sources.
    judged(0, True, tested="u"),
    judged(1, True, tested="u"),
    judged(2, False, tested="u"),
    judged(3, True, tested="v"),
    judged(4, False, tested="v", score=0.5),
    judged(5, False, tested="v", model="other"),
]


def test_confident_predictions_of_types_that_are_not_annotated(decisions_of):
    found = find_gaps(decisions_of(ROWS))
    assert found.schema.equals(GAPS_SCHEMA)
    assert [(r["document_id"], r["start"], r["marked_as"]) for r in found.to_pylist()] == [
        ("d", 0, "Disease"),
        ("d", 1, None),
        ("d", 4, None),
        ("e", 2, None),
    ]
    assert find_gaps(decisions_of(ROWS), threshold=0.85).num_rows == 5
    assert find_gaps(decisions_of([])).schema.equals(GAPS_SCHEMA)


def test_strings_of_gaps(decisions_of):
    found = gap_strings(find_gaps(decisions_of(ROWS)))
    assert found.schema.equals(GAP_STRINGS_SCHEMA)
    assert [tuple(row.values()) for row in found.to_pylist()] == [
        ("m", "t", "Gene", "il-2", "IL - 2", 3, 2),
        ("m", "t", "Species", "mice", "MICE", 1, 1),
    ]


def test_the_estimate_is_gaps_times_precision_elsewhere(decisions_of):
    table = estimate_gaps(decisions_of(ROWS), SIZES)
    assert table.schema.equals(GAP_ESTIMATES_SCHEMA)
    gene, species = table.to_pylist()
    low, high = gene["precision_low"], gene["precision_high"]
    assert gene == {
        "model": "m",
        "tested": "t",
        "split": "test",
        "type": "Gene",
        "gaps": 3,
        "marked_otherwise": 1,
        "documents": 2,
        "per_document": 3 / 4,
        "per_1000_words": 6.0,
        "measured_on": "u, v",
        "measured": 4,
        "precision": 3 / 4,
        "precision_low": low,
        "precision_high": high,
        "estimate": pytest.approx(9 / 4),
        "estimate_low": pytest.approx(3 * low),
        "estimate_high": pytest.approx(3 * high),
    }
    # Wilson's interval lies within the exact one.
    assert beta.ppf(0.025, 3, 2) < low < 3 / 4 < high < beta.ppf(0.975, 4, 1)
    assert (species["measured_on"], species["measured"]) == ("", 0)
    assert species["precision"] is species["estimate"] is species["estimate_high"] is None


def test_rates_need_the_size_of_the_corpus(decisions_of):
    [row] = estimate_gaps(decisions_of([gap(0)]), SIZES_SCHEMA.empty_table()).to_pylist()
    assert (row["gaps"], row["per_document"], row["per_1000_words"]) == (1, None, None)
    empty = SIZES.set_column(3, SIZES_SCHEMA.field("words"), pa.array([0]))
    [row] = estimate_gaps(decisions_of([gap(0)]), empty).to_pylist()
    assert (row["per_document"], row["per_1000_words"]) == (1 / 4, None)


def test_no_gaps_no_estimate(decisions_of):
    found = estimate_gaps(decisions_of([judged(0, True)]), SIZES)
    assert found.schema.equals(GAP_ESTIMATES_SCHEMA)
    assert found.num_rows == 0


def test_sizes_of_harmonised_corpora(harmonized):
    found = corpus_sizes(
        Corpus(harmonized, name).split("test") for name in ["diseases", "chemicals"]
    )
    assert found.schema.equals(SIZES_SCHEMA)
    assert [(row["tested"], row["words"]) for row in found.to_pylist()] == [
        ("chemicals", 9 * 12),
        ("diseases", 5 * 12),
    ]
    assert all(row["documents"] > 0 for row in found.to_pylist())
