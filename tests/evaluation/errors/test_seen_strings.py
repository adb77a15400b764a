import pyarrow as pa
import pytest

from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import UnknownNameError
from sru_ner.evaluation.errors.seen_strings import SEEN_SCHEMA, normalised, seen_strings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IL - 2", "il-2"),
        ("IL-2", "il-2"),
        ("interleukin  2\n(human)", "interleukin 2(human)"),
        ("interleukin 2 ( human )", "interleukin 2(human)"),
        ("ﬁbroblast", "fibroblast"),
        ("β-catenin", "β-catenin"),
        (" Gout ", "gout"),
        ("Sjögren", "sjo\N{COMBINING DIAERESIS}gren"),
        ("", ""),
    ],
)
def test_strings_are_compared_in_one_form(text, expected):
    once = normalised(pa.array([text]))
    assert once.to_pylist() == [expected]
    assert normalised(once).equals(once)


def test_what_each_model_has_seen(harmonized):
    chemicals, diseases = (Corpus(harmonized, s).split("train") for s in ("chemicals", "diseases"))
    seen = seen_strings({"both": [chemicals, diseases], "one": [diseases]})
    assert seen.schema.equals(SEEN_SCHEMA)
    assert [tuple(row.values()) for row in seen.to_pylist()] == [
        ("both", "aspirin", "Chemical", 9),
        ("both", "headache", "Disease", 5),
        ("both", "unknown aspirin", "Chemical", 9),
        ("both", "unknown headache", "Disease", 5),
        ("one", "headache", "Disease", 5),
        ("one", "unknown headache", "Disease", 5),
    ]


def test_what_is_excluded_is_not_seen(harmonized):
    diseases = Corpus(harmonized, "diseases")
    spans = diseases.split("train").table("spans").to_pylist()
    kept = spans[0]
    dropped = {row["document_id"] for row in spans} - {kept["document_id"]}
    fewer = diseases.without({"train": dropped})
    learned = {"one": [fewer.split("train")], "two": [diseases.split("train")]}
    seen = seen_strings(learned).to_pylist()
    number = {model: sum(r["mentions"] for r in seen if r["model"] == model) for model in learned}
    left = sum(row["document_id"] == kept["document_id"] for row in spans)
    assert number == {"one": left, "two": len(spans)}
    assert 0 < left < len(spans)


def test_an_unknown_source(harmonized):
    with pytest.raises(UnknownNameError, match="chemicals, diseases"):
        seen_strings({"m": [Corpus(harmonized, "gnes").split("train")]})
