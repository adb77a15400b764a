"""Names documents after their files."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from sru_ner.corpora.readers.raw import Reading


def stem(file: str) -> str:
    """Return the path of a file without the ending of its name."""
    return PurePosixPath(file).with_suffix("").as_posix() if file else ""


def document_names(files: Iterable[str]) -> Mapping[str, str]:
    """Return an identifier for the document of each file inside a folder or archive.

    It is the file's name without its ending, or its whole path without its ending if several files
    have one name.
    """
    stems = {file: stem(file) for file in files}
    counts = Counter(PurePosixPath(path).name for path in stems.values())
    return {
        file: name if counts[name := PurePosixPath(path).name] == 1 else path
        for file, path in stems.items()
    }


def name_after_files(reading: Reading, path: Path) -> Reading:
    """Return a reading of one document for each file, with the documents named after their files.

    path: file, folder or archive that was read.
    """
    names = document_names(document.part for document in reading.documents)
    documents = (replace(d, id=names[d.part] or path.stem) for d in reading.documents)
    return replace(reading, documents=tuple(documents))
