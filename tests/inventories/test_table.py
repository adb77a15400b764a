from sru_ner.corpora.source import Source
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.inventories.table import Cell, SourceInventories, from_catalog, tabulate

COARSE = TypeInventory("coarse", ("Cell", "Drug"), {"Cell": ("Cell_Line", "Cell_Type")})
FINE = TypeInventory("fine", ("Cell_Line",))


def test_every_source_stands_somehow_to_every_type():
    table = tabulate(
        [
            SourceInventories(COARSE, (COARSE,), {"Cell": 3}),
            SourceInventories(FINE, (FINE, FINE.of_document(()))),
        ]
    )
    assert table.sources == ("coarse", "fine")
    assert table.types == ("Cell", "Cell_Line", "Cell_Type", "Drug")
    assert [table["coarse", type_] for type_ in table.types] == [
        Cell("annotated", (), 3),
        Cell("covered", ("Cell",), 0),
        Cell("covered", ("Cell",), 0),
        Cell("annotated", (), 0),
    ]
    statuses = [table["fine", type_].status for type_ in table.types]
    assert statuses == ["unknown", "partly", "unknown", "unknown"]


def test_catalog_entries_that_mark_less_in_one_file():
    source = Source.model_validate(
        {
            "name": "made_up",
            "title": "Made up",
            "citation": "no one",
            "licence": "none",
            "reader": "iob",
            "types": {"a": "Cell", "b": "Drug", "c": None},
            "covers": {"Cell": ["Cell_Line"]},
            "given": {"splits": True, "documents": True, "sentences": True},
            "files": [
                {"name": "a", "split": "train"},
                {"name": "b", "split": "test", "annotated_types": ["Drug"]},
            ],
        }
    )
    table = tabulate([from_catalog(source)])
    assert {type_: table["made_up", type_].status for type_ in table.types} == {
        "Cell": "partly",
        "Cell_Line": "covered",
        "Drug": "annotated",
    }
