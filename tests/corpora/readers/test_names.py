from pathlib import Path

from sru_ner.corpora.readers.names import document_names, name_after_files, stem
from sru_ner.corpora.readers.raw import RawDocument, Reading


def test_a_document_has_its_files_name_or_path():
    names = document_names(["a/1.v2.xml", "b/2.xml", "c/2.xml"])
    assert names == {"a/1.v2.xml": "1.v2", "b/2.xml": "b/2", "c/2.xml": "c/2"}
    assert (stem("a/b.c.txt"), stem("")) == ("a/b.c", "")


def test_documents_are_named_after_files_or_after_the_only_file():
    def reading(*parts):
        return Reading(tuple(RawDocument("", "a", (), 1, part=part) for part in parts), ())

    folder = name_after_files(reading("a/1.xml", "b/1.xml", "b/2.xml"), Path("corpus"))
    assert [d.id for d in folder.documents] == ["a/1", "b/1", "2"]
    assert [d.id for d in name_after_files(reading(""), Path("c/7.xml")).documents] == ["7"]
