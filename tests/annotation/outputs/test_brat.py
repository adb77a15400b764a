from pathlib import Path

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
