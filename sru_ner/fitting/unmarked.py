"""Texts without marks: in them, only what a teacher finds is learned."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.formats import INPUTS, SUFFIXES, guess_input
from sru_ner.annotation.inputs.source import InputOptions, find_sources
from sru_ner.annotation.reading import check_something_was_read
from sru_ner.corpora.incidents import Incidents
from sru_ner.corpora.readers.raw import RawDocument
from sru_ner.dataset.tables import read_table, write_table
from sru_ner.harmonize.convert import convert
from sru_ner.harmonize.tables import split_tables


def add_unmarked(texts: tuple[Path, ...], corpus: str, root: Path) -> tuple[int, list[str]]:
    """Add texts to the training documents of a corpus, as documents that nobody annotated.

    texts: files and folders in the formats that are read for annotation. root: folder of the
    harmonised tables. Returns the number of sentences, and sentences on what was left out. Raises
    `InputError` for a file that cannot be read, and if nothing of their content can be.
    """
    incidents = Incidents()
    documents = [
        (file, convert(_raw(document, number), {}, ())[0])
        for number, (file, document) in enumerate(_read(texts, incidents), 1)
    ]
    if not documents:
        check_something_was_read(incidents)
    for name, added in split_tables(corpus, "train", documents).items():
        marked = read_table(root, name, corpus, "train")
        together = pa.concat_tables([marked, added.cast(marked.schema)])
        write_table(root, name, together, corpus, "train")
    return sum(len(document.sentences) for _, document in documents), incidents.sentences()


def _read(texts: tuple[Path, ...], incidents: Incidents) -> Iterator[tuple[str, TextDocument]]:
    for source in find_sources(map(str, texts), SUFFIXES):
        read = INPUTS[guess_input(source)].read
        for document in read(source, InputOptions(), incidents.add):
            yield source.name, document


def _raw(document: TextDocument, number: int) -> RawDocument:
    """Return a document as a corpus has it. Its number keeps it apart from those of the corpus."""
    begins = [passage.start for passage in document.passages]
    return RawDocument(
        id=f"unmarked-{number:06d}",
        text=document.text,
        mentions=(),
        line=number,
        passage_cuts=tuple(begins[1:]),
        annotated_types=(),
    )
