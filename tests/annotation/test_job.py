from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sru_ner.annotation.inputs.source import Source
from sru_ner.annotation.job import Job
from sru_ner.inference.annotator import Annotator


def test_annotator_is_loaded_once(job: Job) -> None:
    assert isinstance(job.annotator(), Annotator)
    assert job.annotator() is job.annotator()


def test_columns_are_known_if_all_sources_have_the_same(job: Job, tmp_path: Path) -> None:
    sources = []
    for name, year in (("a", pa.int16()), ("b", pa.int16()), ("c", pa.string())):
        schema = pa.schema([("text", pa.string()), ("pmid", pa.int32()), ("year", year)])
        pq.write_table(schema.empty_table(), tmp_path / f"{name}.parquet")
        sources.append(Source(tmp_path / f"{name}.parquet", name))
    expected = pa.schema([("year", pa.int16())])
    assert job.further_columns(sources[:2]) == expected
    assert job.further_columns(sources) is None
    assert job.further_columns([*sources[:2], Source(None, "stdin")]) is None
    context = replace(job, output_format="parquet").context(job.annotator(), print, sources[:2])
    assert (context.types, context.columns) == (("Chemical", "Disease"), expected)
