"""Flipped bits in Parquet files: none is read as another value."""

import random
from pathlib import Path

import pyarrow as pa
import pytest

from sru_ner.dataset.parquet import open_parquet, write_parquet
from sru_ner.dataset.schema import table_path
from sru_ner.dataset.tables import read_table
from sru_ner.errors import InputError


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.fault(
    "bits flip anywhere in the files of harmonised tables",
    before="123 of 150 in `sentences` were read as other data",
    now="refused, or a bit without meaning: 800 flips, none read as other data",
)
@pytest.mark.parametrize("name", ["documents", "sentences", "spans", "inventories"])
def test_no_flipped_bit_is_read_as_other_data(harmonized: Path, tmp_path: Path, name: str) -> None:
    split = None if name == "inventories" else "train"
    original = table_path(harmonized, name, "chemicals", split).read_bytes()
    intact = read_table(harmonized, name, "chemicals", split)
    path = table_path(tmp_path, name, "chemicals", split)
    path.parent.mkdir(parents=True)
    refused = 0
    for bit in random.Random(21).sample(range(8 * len(original)), 200):
        path.write_bytes(flipped(original, bit))
        try:
            found = read_table(tmp_path, name, "chemicals", split)
        except InputError:
            refused += 1
        else:  # a bit without meaning, such as one of the statistics
            assert found.equals(intact), bit
    assert refused > 70


@pytest.mark.fault(
    "a bit flips in a page of any Parquet file that is written here",
    before="read as another number",
    now="the CRC of the page is written and verified",
)
def test_a_flipped_bit_in_a_page_is_an_error(tmp_path: Path) -> None:
    table = pa.table({"start": pa.array(range(1000), pa.int32())})
    path = tmp_path / "a.parquet"
    write_parquet(table, path)
    with open_parquet(path) as file:
        offset = file.metadata.row_group(0).column(0).data_page_offset
    content = path.read_bytes()
    path.write_bytes(flipped(content, 8 * (offset + 200)))
    with open_parquet(path) as file, pytest.raises(OSError, match="CRC"):
        file.read()


@pytest.mark.fault(
    "the table of another corpus or split lies in a corpus's folder",
    before="read as the corpus's own",
    now="refused, with both names",
)
@pytest.mark.parametrize("copied", ["source", "split"])
def test_a_table_of_another_source_or_split_is_refused(
    harmonized: Path, tmp_path: Path, copied: str
) -> None:
    source, split = ("diseases", "train") if copied == "source" else ("chemicals", "dev")
    path = table_path(tmp_path, "spans", "chemicals", "train")
    path.parent.mkdir(parents=True)
    path.write_bytes(table_path(harmonized, "spans", source, split).read_bytes())
    with pytest.raises(InputError, match=rf"the rows are of the {copied} '\w+', not of '\w+'"):
        read_table(tmp_path, "spans", "chemicals", "train")
