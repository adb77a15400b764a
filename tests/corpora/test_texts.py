"""The texts that come with the package."""

import re
from collections import Counter

import pytest

from sru_ner.corpora.catalog import load_shipped
from sru_ner.corpora.fetch import INCLUDED, fetch_source
from sru_ner.corpora.readers import read_file

SOURCES = [source for name, source in load_shipped().items() if name.startswith("invented_")]


@pytest.fixture(scope="module", params=SOURCES, ids=lambda source: source.name)
def source(request):
    return request.param


@pytest.fixture(scope="module")
def documents(source, tmp_path_factory):
    found = []
    for path in fetch_source(source, tmp_path_factory.mktemp("raw")):
        reading = read_file("markdown", path, name=path.stem, options={})
        assert reading.incidents == ()
        found += reading.documents
    return found


def test_the_catalog_names_every_file():
    named = sorted(file.name for source in SOURCES for file in source.files)
    assert sorted(path.name for path in INCLUDED.iterdir()) == named


def test_all_types_are_marked_and_identifiers_are_unique(source, documents):
    marked = Counter(mention.type for document in documents for mention in document.mentions)
    assert marked.keys() == source.types.keys()
    assert sum(marked.values()) == sum(file.mentions for file in source.files)
    assert len({document.id for document in documents}) == len(documents)


def test_what_is_marked_once_is_marked_everywhere_in_its_document(documents):
    """Otherwise the texts would teach that a name is none."""
    for document in documents:
        marked = [(m.start, m.end) for m in document.mentions]
        for name in {m.text for m in document.mentions}:
            whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
            for found in whole.finditer(document.text):
                assert any(s < found.end() and found.start() < e for s, e in marked), (
                    document.id,
                    name,
                )
