from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.type_inventory import TypeInventory
from tests.dataset.two_sources import COVERS


def test_inventory_has_kept_types_and_what_they_cover(root):
    inventory = Corpus(root, "one").inventory()
    assert inventory == TypeInventory("one", ("Cell_Line", "Gene"), COVERS)
    assert [inventory.status(t) for t in ("Gene", "Family", "Drug")] == [
        "annotated",
        "covered",
        "unknown",
    ]
    assert inventory.covered_by("Family") == ("Gene",)
    assert inventory.covered_by("Gene") == ()
    # Where genes were not looked for, nothing is known of their families either.
    assert inventory.of_document(("Cell_Line",)).status("Family") == "unknown"
