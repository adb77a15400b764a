import pytest

from sru_ner.corpora.catalog import load_catalog
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.predictions.type_maps import (
    TypeMap,
    find_type_map,
    shipped_type_maps,
    type_map_of,
)

CATALOGUED = {type_ for source in load_catalog().values() for type_ in source.kept_types}


TOOLS = ["hunflair2", "pubtator", "bern2", "bent", "gliner", "openmed", "scispacy"]


def test_these_maps_are_shipped():
    assert sorted(shipped_type_maps()) == sorted(TOOLS)


@pytest.mark.parametrize("tool", TOOLS)
def test_shipped_maps_lead_to_types_of_the_catalog(tool):
    found = shipped_type_maps()[tool]
    assert found.targets(()) <= CATALOGUED
    assert {name for names in found.entries.values() for name in names} <= CATALOGUED


def test_the_alternative_that_the_corpus_marks_is_taken():
    genes = shipped_type_maps()["hunflair2"]
    assert genes.translate("Gene", {"Gene_or_protein"}) == "Gene_or_protein"
    assert genes.translate("Gene", {"Gene", "Gene_or_protein"}) == "Gene"
    assert genes.translate("Gene", {"Disease"}) == "Gene"


@pytest.mark.parametrize("name", ["CellLine", "cell_line", "Cell Line", "CELL-LINE"])
def test_the_way_of_writing_makes_no_difference(name):
    assert shipped_type_maps()["hunflair2"].translate(name, ()) == "Cell_Line"


@pytest.mark.parametrize("marked", ["CellLine", "cell_line", "Cell Line", "CELL-LINE"])
def test_the_corpus_may_write_its_types_in_another_way(marked):
    assert shipped_type_maps()["hunflair2"].translate("cellline", {"Gene", marked}) == marked
    assert shipped_type_maps()["hunflair2"].targets({"Gene", marked}) >= {"Gene", marked}
    assert TypeMap().translate("cell-line", ["Gene", marked]) == marked


def test_of_several_ways_of_writing_the_same_one_is_taken():
    assert TypeMap().translate("Gene", {"GENE", "Gene", "gene"}) == "Gene"
    assert TypeMap().translate("gEne", {"gene", "GENE"}) == "GENE"


def test_types_that_are_not_listed_keep_their_name():
    assert TypeMap().translate("Cell Line", ()) == "Cell Line"
    assert find_type_map("bern2").translate("planet", {"Gene"}) == "planet"


def test_types_may_be_left_out():
    found = find_type_map("GENE=Gene, x = , PROT=Protein|Gene")
    assert found.translate("x", ()) is None
    assert found.translate("prot", {"Gene"}) == "Gene"
    assert found.targets(()) == {"Gene", "Protein"}


def test_a_file_is_read(tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text("GENE: Gene\nx: null\n")
    assert find_type_map(str(path)).translate("gene", ()) == "Gene"
    path.write_text("- GENE\n")
    with pytest.raises(InputError, match="not a map of types"):
        find_type_map(str(path))


def test_unknown_tool_lists_the_known():
    with pytest.raises(UnknownNameError, match=r"'hunflair'. Did you mean 'hunflair2'\?"):
        find_type_map("hunflair")


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"Gene": 1}, "which is no type"),
        ({1: "Gene"}, "which is no type"),
        ({"Gene": [""]}, "which is no type"),
        ({"cell line": "A", "Cell_Line": "B"}, "listed twice"),
    ],
)
def test_what_is_no_map_is_refused(entries, message):
    with pytest.raises(InputError, match=message):
        type_map_of(entries, place="here")
