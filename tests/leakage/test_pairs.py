import pyarrow.parquet as pq
import pytest

from sru_ner.errors import InputError
from sru_ner.leakage.pairs import DOCUMENTS, PAIRS, Leakage, read_leakage, write_leakage


@pytest.fixture
def leakage(leakage_of) -> Leakage:
    pairs = [
        ("b", "train", "1", "c", "x"),
        ("a", "train", "1", "c", "y"),
        ("a", "train", "1", "c", "x"),
        ("a", "dev", "7", "c", "x"),
        ("a", "train", "2", "b", "z"),
    ]
    return leakage_of(pairs, "abc")


def test_what_a_model_has_seen_of_a_tested_corpus(leakage):
    found = leakage.contamination(["a"], "c", "test")
    assert (found.documents, found.tested, found.learned) == (9, {"x", "y"}, 2)
    both = leakage.contamination(["a", "b"], "c", "test")
    assert (both.tested, both.learned) == ({"x", "y"}, 3)
    assert leakage.contamination(["a"], "c", "dev").tested == frozenset()


def test_what_is_excluded_depends_on_all_that_is_tested(leakage):
    assert leakage.excluded("a", "train", ["c"], "test") == ["1"]
    assert leakage.excluded("a", "train", ["b", "c"], "test") == ["1", "2"]
    assert leakage.excluded("a", "dev", ["b", "c"], "test") == ["7"]
    assert leakage.excluded("a", "train", ["c"], "dev") == []


def test_what_was_not_compared_is_an_error_not_clean(leakage):
    with pytest.raises(InputError, match="do not contain d/test"):
        leakage.contamination(["a"], "d", "test")
    with pytest.raises(InputError, match="do not contain d/train"):
        leakage.contamination(["d"], "a", "test")
    with pytest.raises(InputError, match="do not contain d/train"):
        leakage.excluded("d", "train", ["a"], "test")


def test_round_trip_the_same_to_the_byte(tmp_path, leakage):
    backwards = Leakage.of(leakage.pairs.take([4, 3, 2, 1, 0]), leakage.documents)
    for name, tables in (("one", leakage), ("two", backwards)):
        write_leakage(tmp_path / name, tables)
    for file in ("pairs.parquet", "documents.parquet"):
        first, second = (tmp_path / name / file for name in ("one", "two"))
        assert first.read_bytes() == second.read_bytes()
    again = read_leakage(tmp_path / "one")
    assert again.pairs.equals(leakage.pairs)
    assert again.sources == ["a", "b", "c"]


def test_files_that_are_missing_damaged_or_of_another_release(tmp_path, leakage):
    with pytest.raises(InputError, match="dvc repro"):
        read_leakage(tmp_path / "absent")
    write_leakage(tmp_path, leakage)
    pq.write_table(leakage.pairs.replace_schema_metadata({}), tmp_path / "pairs.parquet")
    with pytest.raises(InputError, match="not a leakage table of version 1"):
        read_leakage(tmp_path)
    (tmp_path / "pairs.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(InputError, match="not a Parquet file"):
        read_leakage(tmp_path)


def test_no_column_can_hold_corpus_text():
    assert not {"text", "origin"} & {*PAIRS.names, *DOCUMENTS.names}
