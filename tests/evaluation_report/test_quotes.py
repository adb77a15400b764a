import json

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sru_ner.evaluation.contamination import NONE_KNOWN
from sru_ner.evaluation.errors.classes import classify
from sru_ner.evaluation.scored import kept_decisions
from sru_ner.evaluation_report.findings import _COLUMNS
from sru_ner.evaluation_report.packing import packed
from sru_ner.evaluation_report.page_data import _quote
from sru_ner.evaluation_report.quotes import (
    EXAMPLES_SCHEMA,
    PLACE,
    STRATUM,
    choose_errors,
    in_quotes,
    quote_sentences,
)


@pytest.fixture(scope="module")
def decisions(suite_data):
    return kept_decisions(
        suite_data / "decisions", ["wide", "narrow"], ["dis", "chem"], "test", columns=_COLUMNS
    )


@pytest.fixture(scope="module")
def errors(decisions):
    return classify(decisions)


def test_all_errors_are_drawn_where_they_fit(errors, decisions):
    drawn, most = choose_errors(errors, decisions)
    assert len(drawn) == errors.num_rows
    assert most == 24


def test_as_many_of_each_stratum_as_fit_and_the_same_every_time(errors, decisions):
    drawn, most = choose_errors(errors, decisions, most_bytes=10000)
    sizes = errors.to_pandas().groupby(STRATUM).size().clip(upper=most)
    assert drawn.groupby(STRATUM).size().to_dict() == sizes.to_dict()
    assert 0 < len(drawn) < errors.num_rows
    order = pa.array(list(range(errors.num_rows))[::-1])
    again, _ = choose_errors(errors.take(order), decisions, most_bytes=10000)
    pd.testing.assert_frame_equal(drawn, again)


@pytest.mark.parametrize("most_bytes", [1000, 4000, 9000])
def test_what_is_drawn_fits(errors, decisions, tested_splits, most_bytes):
    drawn, _ = choose_errors(errors, decisions, most_bytes=most_bytes)
    quotes = quote_sentences(drawn[PLACE], decisions, tested_splits)
    types, models = ["Chemical", "Disease"], ["wide", "narrow"]
    told = json.dumps(
        [_quote(quote, types, models, NONE_KNOWN) for quote in quotes], separators=(",", ":")
    )
    rows = packed(in_quotes(drawn, quotes, EXAMPLES_SCHEMA), EXAMPLES_SCHEMA.names)
    numbers = sum(len(str(value)) for column in rows.values() for value in column)
    assert len(told) + numbers <= most_bytes


def test_strata_share_their_sentences(errors, decisions):
    drawn, most = choose_errors(errors, decisions, most_bytes=2500)
    assert most == 1
    places = drawn[drawn["tested"] == "dis"][["document_id"]].drop_duplicates()
    assert len(places) < drawn[drawn["tested"] == "dis"].groupby(STRATUM).ngroups


def test_fewer_than_one_of_each_where_nothing_more_fits(errors, decisions):
    drawn, most = choose_errors(errors, decisions, most_bytes=1000)
    assert most == 1
    assert 0 < len(drawn) < errors.to_pandas().groupby(STRATUM).ngroups
    assert choose_errors(errors, decisions, most_bytes=10)[0].empty


def test_a_quote_has_what_is_gold_and_what_each_model_found(decisions, tested_splits):
    places = pd.DataFrame([("dis", "d1", 0)], columns=PLACE)
    (quote,) = quote_sentences(places, decisions, tested_splits)
    assert quote.text == "Aspirin cures severe headache."
    found = {quote.text[m.start : m.end]: m for m in quote.mentions}
    assert found["severe headache"].gold
    assert list(found["severe headache"].scores) == ["narrow"]
    assert not found["headache"].gold
    assert found["headache"].scores == {"wide": pytest.approx(0.9)}
    assert not found["Aspirin"].in_inventory


def test_a_mention_that_goes_on_takes_the_text_with_it(decisions, tested_splits):
    one = decisions.filter(
        (pc.field("tested") == "dis") & (pc.field("document_id") == "d0")
        & (pc.field("text") == "severe headache") & (pc.field("model") == "narrow")
    )  # fmt: skip
    end = pa.array([40], one.schema.field("end").type)
    longer = one.set_column(one.column_names.index("end"), "end", end)
    places = pd.DataFrame([("dis", "d0", 0)], columns=PLACE)
    (quote,) = quote_sentences(places, longer, tested_splits)
    assert quote.text == "Aspirin cures severe headache. Ibuprofen"
