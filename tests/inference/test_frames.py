from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from sru_ner import Annotator
from sru_ner.errors import InputError, UnknownNameError

FIRST, SECOND = "Aspirin treats headache in mice.", "The unknown headache - aspirin"
TABLE = pd.DataFrame(
    {"pmid": [7, 8, 9, 10], "abstract": [FIRST, None, "mice", SECOND]}, index=[4, 3, 2, 2]
)


@pytest.fixture(scope="module")
def annotator(tiny_model: Path) -> Annotator:
    return Annotator.load(tiny_model, device="cpu")


def test_a_row_for_each_mention(annotator: Annotator) -> None:
    frame = annotator.to_frame(TABLE, column="abstract", keep="pmid")
    expected = [
        (index, pmid, s.start, s.end, s.text, s.type, s.score, s.labels)
        for index, pmid, text in ((4, 7, FIRST), (2, 10, SECOND))
        for s in annotator(text)
    ]
    assert len(expected) == 3
    found = list(frame.itertuples(name=None))
    assert [row[:6] + row[7:] for row in found] == [row[:6] + row[7:] for row in expected]
    assert [row[6] for row in found] == pytest.approx([row[6] for row in expected], abs=1e-5)
    assert list(frame.columns) == ["pmid", "start", "end", "text", "type", "score", "labels"]


def test_the_index_joins_mentions_and_texts(annotator: Annotator) -> None:
    table = TABLE.reset_index(drop=True).rename(columns={"abstract": "text"})
    joined = table.join(annotator.to_frame(table).add_prefix("mention_"), how="inner")
    for row in joined.itertuples():
        assert row.text[row.mention_start : row.mention_end] == row.mention_text
    assert set(joined.pmid) == {7, 10}


@pytest.mark.parametrize("kind", [list, tuple, iter, pd.Series, pd.Series.array.fget])
def test_texts_need_not_be_a_table(annotator: Annotator, kind: Any) -> None:
    texts = [FIRST, SECOND]
    given = kind(pd.Series(texts) if kind is pd.Series.array.fget else texts)
    assert set(annotator.to_frame(given).index) == {0, 1}


def test_without_mentions_the_columns_are_the_same(annotator: Annotator) -> None:
    some = annotator.to_frame([FIRST])
    for none in (annotator.to_frame([]), annotator.to_frame(["mice", None])):
        assert len(none) == 0
        assert none.dtypes.to_dict() == some.dtypes.to_dict()


def test_options_are_those_of_annotate(annotator: Annotator) -> None:
    assert set(annotator.to_frame([FIRST], types="Disease").type) == {"Disease"}
    assert len(annotator.to_frame([FIRST], threshold=1.0)) == 0
    with pytest.raises(UnknownNameError, match="Did you mean 'Disease'"):
        annotator.to_frame([FIRST], types=["Diseases"])


@pytest.mark.parametrize(
    ("texts", "options", "message"),
    [
        (TABLE, {}, "the table of texts: there is no column 'text'"),
        (TABLE, {"column": "abstrct"}, "Did you mean 'abstract'"),
        (TABLE, {"column": "abstract", "keep": ["id"]}, "no column 'id'"),
        (TABLE, {"column": "pmid"}, r"text 0 \(counted from 0\) is a int"),
        (TABLE.rename(columns={"pmid": "type"}), {"column": "abstract", "keep": "type"}, "rename"),
        (TABLE.rename(columns={"pmid": "abstract"}), {"column": "abstract"}, "several columns"),
        (TABLE["abstract"], {"keep": "pmid"}, "these texts have no columns"),
        ({"text": [FIRST]}, {}, r"this is a dict[\s\S]*pandas\.DataFrame"),
        (pa.table({"text": [FIRST]}), {}, "this is a Table"),
        (FIRST, {}, "this is one text"),
        (3, {}, "of the type int"),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_refused_with_the_remedy(
    annotator: Annotator, texts: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises((InputError, UnknownNameError), match=message):
        annotator.to_frame(texts, **options)
