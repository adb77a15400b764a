"""Two harmonised sources, made of documents written for these tests."""

import pytest

from sru_ner.corpora.readers.raw import RawDocument, RawMention, RawSentence
from sru_ner.dataset.tables import write_table
from sru_ner.harmonize.convert import convert
from sru_ner.harmonize.inventory_rows import inventory_rows
from sru_ner.harmonize.tables import inventory_table, split_tables

TEXT = "HeLa p53 binds E. coli. It is short-lived."
TYPES = {"gene": "Gene", "cell": "Cell_Line", "verb": None}
COVERS = {"Gene": ("Domain", "Family")}
SENTENCES = (RawSentence(0, 23, None), RawSentence(24, 42, None))


def document(name, *mentions):
    rows = [
        RawMention(TEXT.index(text), TEXT.index(text) + len(text), text, type_, line)
        for line, (text, type_) in enumerate(mentions, start=1)
    ]
    return convert(RawDocument(name, TEXT, tuple(rows), 1, SENTENCES), TYPES)[0]


@pytest.fixture
def root(tmp_path):
    """Two sources; the second has no test split and no mentions."""
    one = [
        document("z", ("p53", "gene"), ("HeLa p53", "gene"), ("coli. It", "gene"), ("ort", "cell")),
        document("a", ("short", "cell")),
    ]
    content = {"one": {"train": one[:1], "test": one}, "two": {"train": [document("x")]}}
    for source, splits in content.items():
        for split, documents in splits.items():
            for name, table in split_tables(source, split, [("f", d) for d in documents]).items():
                write_table(tmp_path, name, table, source, split)
        inventory = inventory_table(inventory_rows(source, TYPES, COVERS, splits, {}))
        write_table(tmp_path, "inventories", inventory, source)
    return tmp_path
