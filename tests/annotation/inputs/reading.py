"""Documents and incidents of files that a test writes."""

import gzip
from pathlib import Path

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.formats import find_input, guess_input
from sru_ner.annotation.inputs.source import InputOptions, Source
from sru_ner.corpora.incidents import Incidents


def read(path: Path, options: InputOptions | None = None) -> tuple[list[TextDocument], Incidents]:
    source, incidents = Source(path, path.name), Incidents()
    format_ = find_input(guess_input(source))
    return list(format_.read(source, options or InputOptions(), incidents.add)), incidents


def write(path: Path, content: str | bytes) -> Path:
    content = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path
