import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sru_ner.evaluation.scored import PLACED_COLUMNS, kept_decisions
from sru_ner.evaluation_report.quotes import PLACE, quote_sentences


@pytest.fixture(scope="module")
def decisions(suite_data):
    return kept_decisions(
        suite_data / "decisions",
        ["wide", "narrow"],
        ["dis", "chem"],
        "test",
        columns=PLACED_COLUMNS,
    )


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
