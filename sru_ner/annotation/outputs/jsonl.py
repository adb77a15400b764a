"""Writes JSON Lines: for each document `id`, `text`, further fields, `passages` and `spans`.

A span has `start`, `end`, `text`, `type`, `score` and `labels`. The format holds everything.
"""

import json
from collections.abc import Iterable
from typing import BinaryIO

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.outputs.context import WriteContext, plain, record_of


def write(documents: Iterable[AnnotatedDocument], out: BinaryIO, context: WriteContext) -> None:
    """Write a line for each document."""
    for annotated in documents:
        line = json.dumps(plain(record_of(annotated)), ensure_ascii=False)
        out.write(line.encode() + b"\n")
