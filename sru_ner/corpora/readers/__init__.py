"""One reader for each format: it makes raw documents of a file and says what is wrong in it.

A reader is a module with `Options` (a pydantic model of what the catalog may set) and
`read(path, *, name, options) -> Reading`.

Imports: corpora, dataset, errors, files, rendering, text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from sru_ner.corpora.archives import passed_over
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers import (
    bioc_json,
    bioc_xml,
    brat,
    genia,
    i2b2_con,
    iob,
    json_file,
    jsonl,
    markdown,
    parquet,
    pubtator,
    spacy_docbin,
    spans_csv,
    tags_xml,
    uima_xmi,
    webanno_tsv,
)
from sru_ner.corpora.readers.discontinuous import placed
from sru_ner.corpora.readers.raw import PartOptions, Reading
from sru_ner.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class Reader:
    """The options and the function that read one format."""

    options: type[BaseModel]
    read: Callable[..., Reading]


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "bioc_json": Reader(bioc_json.Options, bioc_json.read),
        "bioc_xml": Reader(bioc_xml.Options, bioc_xml.read),
        "brat": Reader(brat.Options, brat.read),
        "genia": Reader(genia.Options, genia.read),
        "i2b2_con": Reader(i2b2_con.Options, i2b2_con.read),
        "iob": Reader(iob.Options, iob.read),
        "json": Reader(json_file.Options, json_file.read),
        "jsonl": Reader(jsonl.Options, jsonl.read),
        "markdown": Reader(markdown.Options, markdown.read),
        "parquet": Reader(parquet.Options, parquet.read),
        "pubtator": Reader(pubtator.Options, pubtator.read),
        "spacy_docbin": Reader(spacy_docbin.Options, spacy_docbin.read),
        "spans_csv": Reader(spans_csv.Options, spans_csv.read),
        "tags_xml": Reader(tags_xml.Options, tags_xml.read),
        "uima_xmi": Reader(uima_xmi.Options, uima_xmi.read),
        "webanno_tsv": Reader(webanno_tsv.Options, webanno_tsv.read),
    }
)
"""All readers, by the name of their format in the catalog."""


def read_file(reader: str, path: Path, *, name: str, options: Mapping[str, Any]) -> Reading:
    """Read one raw file.

    Documents without an identifier get one that begins with `name`. Mentions in pieces become what
    the option `discontinuous` says. Files of a folder or archive that are no part of a corpus are
    passed over and noted, unless the option `members` chooses files. Raises `UnknownNameError` for
    a reader that does not exist, and `InputError` for a file that is not in the reader's format.
    """
    if reader not in READERS:
        raise UnknownNameError("reader", reader, READERS)
    found = READERS[reader]
    values = found.options.model_validate(dict(options))
    assert isinstance(values, PartOptions)
    reading = found.read(path, name=name, options=values)
    others = [] if "members" in options else passed_over(path)
    noted = tuple(
        Incident("noted", "passed_over", 0, "it is about the corpus, not a part of it", 0, name)
        for name in others
    )
    whole = replace(reading, incidents=reading.incidents + noted)
    return placed(whole, values.discontinuous)
