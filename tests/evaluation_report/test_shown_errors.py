import json

import pandas as pd
import pyarrow as pa
import pytest

from sru_ner.evaluation.contamination import NONE_KNOWN
from sru_ner.evaluation.errors.classes import classify
from sru_ner.evaluation.scored import PLACED_COLUMNS, kept_decisions
from sru_ner.evaluation_report.packing import packed
from sru_ner.evaluation_report.page_data import _quote
from sru_ner.evaluation_report.quotes import (
    EXAMPLES_SCHEMA,
    PLACE,
    STRATUM,
    in_quotes,
    quote_sentences,
)
from sru_ner.evaluation_report.shown_errors import choose_errors


@pytest.fixture(scope="module")
def decisions(suite_data):
    return kept_decisions(
        suite_data / "decisions",
        ["wide", "narrow"],
        ["dis", "chem"],
        "test",
        columns=PLACED_COLUMNS,
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
