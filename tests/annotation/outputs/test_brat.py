import os
from pathlib import Path

import pytest

from sru_ner.annotation.documents import AnnotatedDocument, TextDocument
from sru_ner.annotation.outputs.context import WriteContext
from sru_ner.annotation.outputs.formats import find_output
from sru_ner.corpora.incidents import Incidents
from tests.annotation.outputs.writing import span


def test_brat_names_files_apart_and_safely(tmp_path: Path) -> None:
    documents = [
        AnnotatedDocument(TextDocument(name, "Mice"), (span(0, 4, "Gene", "Mice"),))
        for name in ("../x", "A", "a", ".hidden")
    ]
    incidents = Incidents()
    folder = tmp_path / "out"
    find_output("brat").write(documents, folder, WriteContext(("Gene",), incidents.add))
    names = sorted(path.name for path in folder.glob("*.ann"))
    assert names == ["A.ann", "_x.ann", "a_2.ann", "hidden.ann"]
    assert (
        folder / "A.ann"
    ).read_text() == "T1\tGene 0 4\tMice\n#1\tAnnotatorNotes T1\tscore 0.75\n"
    assert "<OVERLAP>" in (folder / "annotation.conf").read_text()
    assert incidents.counts == {"files not named after the document's identifier": 3}


@pytest.mark.fault(
    "identifiers such as `..`, `/etc/x`, with 300 characters or a zero byte, written as files",
    before="a name of 100 Chinese characters was too long for the file system",
    now="a name that fits for each, below the folder, and all differ",
)
def test_any_identifier_gives_a_file_below_the_folder(tmp_path: Path) -> None:
    ids = [
        "..",
        ".",
        "/etc/x",
        "a/b",
        "x" * 300,
        "漢" * 300,
        "漢" * 301,
        "a\0b",
        "",
        " ",
        "-rf",
        "CON",
    ]
    documents = [AnnotatedDocument(TextDocument(each, "Mice"), ()) for each in ids]
    folder = tmp_path / "out"
    find_output("brat").write(documents, folder, WriteContext(("Gene",), Incidents().add))
    assert len(list(folder.glob("*.ann"))) == len(list(folder.glob("*.txt"))) == len(ids)
    assert list(tmp_path.iterdir()) == [folder]
    assert all(len(os.fsencode(path.name)) <= 255 for path in folder.iterdir())
