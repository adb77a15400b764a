from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sru_ner.errors import InputError
from sru_ner.training.tokenized import Ragged, TokenizedSource, read_tokenized, write_tokenized

IDENTITY = {"format": 1, "types": ["Chemical"]}
# Files of one name in one folder; a disk may be slow.
in_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

rows = st.lists(st.lists(st.integers(0, 2**31 - 1), max_size=5), max_size=5)


def source(rows: list[list[int]]) -> TokenizedSource:
    ragged = Ragged.of(rows)
    inventory = np.zeros(len(rows), dtype=np.int32)
    columns = (*[ragged] * 9, inventory)
    return TokenizedSource(
        ("Chemical",), ("s$Gene",), (0,), *columns, (None, ("Chemical",)), {"sentences": 3}, {}
    )


@given(rows)
def test_rows_are_read_as_written(rows: list[list[int]]) -> None:
    ragged = Ragged.of(rows)
    assert [row.tolist() for row in ragged] == rows
    assert len(ragged) == len(rows)


@in_one_folder
@given(rows)
def test_columns_are_read_as_written(tmp_path: Path, rows: list[list[int]]) -> None:
    written = source(rows)
    write_tokenized(tmp_path / "x.arrow", written, IDENTITY)
    content = read_tokenized(tmp_path / "x.arrow", IDENTITY)
    assert [row.tolist() for row in content.ids] == rows
    assert content.digest == written.digest
    assert (content.types, content.kept, content.skipped) == (("Chemical",), {"sentences": 3}, {})
    assert content.lengths.tolist() == [len(row) + 2 for row in rows]


def test_the_columns_stay_in_the_file(tmp_path: Path) -> None:
    write_tokenized(tmp_path / "x.arrow", source([[1, 2], [3]] * 100_000), IDENTITY)
    before = pa.total_allocated_bytes()
    content = read_tokenized(tmp_path / "x.arrow", IDENTITY)
    assert pa.total_allocated_bytes() - before < 10_000
    assert not content.ids.values.flags.owndata
    # Still there when the name is gone, as when another run makes room.
    (tmp_path / "x.arrow").unlink()
    assert content.ids[199_999].tolist() == [3]


@pytest.mark.fault(
    "a file of tokenised sequences is damaged",
    before="refused, and made again",
    now="refused, and made again",
)
@in_one_folder
@given(st.data())
def test_a_damaged_file_is_refused_unless_the_damage_has_no_effect(
    tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "x.arrow"
    written = source([[1, 2, 3], [], [4]])
    write_tokenized(path, written, IDENTITY)
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        found = read_tokenized(path, IDENTITY)
    except InputError:
        return
    assert found.digest == written.digest


@pytest.mark.parametrize("content", [b"", b"ARROW1", b"not arrow at all\n" * 9])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.arrow").write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        read_tokenized(tmp_path / "x.arrow", IDENTITY)


def test_a_file_of_another_identity_is_refused(tmp_path: Path) -> None:
    write_tokenized(tmp_path / "x.arrow", source([[1]]), {**IDENTITY, "format": 0})
    with pytest.raises(InputError, match="made from other data or settings"):
        read_tokenized(tmp_path / "x.arrow", IDENTITY)


def test_changed_values_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.arrow"
    write_tokenized(path, source([[123_456_789]]), IDENTITY)
    content = path.read_bytes()
    old, new = (123_456_789).to_bytes(4, "little"), (987_654_321).to_bytes(4, "little")
    path.write_bytes(content.replace(old, new))
    with pytest.raises(InputError, match="its digest differs"):
        read_tokenized(path, IDENTITY)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_tokenized(tmp_path / "x.arrow", IDENTITY)


@pytest.mark.fault(
    "two trainings write the same tokenised sequences at once",
    before="one complete file",
    now="one complete file",
)
def test_two_writers_leave_one_complete_file(tmp_path: Path) -> None:
    write_tokenized(tmp_path / "x.arrow", source([[1]]), IDENTITY)
    mapped = read_tokenized(tmp_path / "x.arrow", IDENTITY)
    write_tokenized(tmp_path / "x.arrow", source([[2]]), IDENTITY)
    assert mapped.ids[0].tolist() == [1]
    assert read_tokenized(tmp_path / "x.arrow", IDENTITY).ids[0].tolist() == [2]
    assert [path.name for path in tmp_path.iterdir()] == ["x.arrow"]
