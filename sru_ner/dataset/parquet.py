"""Writes Parquet files with a checksum of each page, and verifies it when they are read.

The format has an optional CRC-32 in each page header (Parquet format, `PageHeader.crc`). Without
it, a flipped bit on a disk is read as another value. Files of other tools may lack it; they are
read all the same.
"""

from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

WRITING = {"compression": "zstd", "write_page_checksum": True}
"""Options of pyarrow for each Parquet file that is written here."""


UNREADABLE = (OSError, ValueError, pa.ArrowException)
"""Errors of pyarrow for a file that is not Parquet or is damaged, in its pages or its footer."""


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table; the same rows give the same bytes. The file is not replaced atomically."""
    pq.write_table(table, path, **WRITING)


def open_parquet(file: Path | pa.BufferReader | IO[bytes], **options: Any) -> pq.ParquetFile:
    """Open a file whose pages are verified as they are read.

    options: further arguments of `pyarrow.parquet.ParquetFile`. Raises `FileNotFoundError` if there
    is no file. Opening and reading raise one of `UNREADABLE` for a damaged file.
    """
    return pq.ParquetFile(file, page_checksum_verification=True, **options)
