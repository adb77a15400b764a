from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.model.actions import EOA, SHIFT, reduce, transition
from sru_ner.model.open_actions import open_action_table


def test_open_actions_are_those_of_labels_outside_the_source() -> None:
    inventories = [TypeInventory("a", ("C", "D")), TypeInventory("b", ("D",))]
    table = open_action_table(["a$C", "a$D", "b$D"], inventories)
    assert table.nonzero().tolist() == [[0, 6], [0, 7], [1, 2], [1, 3], [1, 4], [1, 5]]


def opened(labels: list[str], inventory: TypeInventory, *, closed: bool) -> list[str]:
    (row,) = open_action_table(labels, [inventory], closed=closed)
    pairs = [row[[transition(i), reduce(i)]].tolist() for i in range(len(labels))]
    assert all(first == second for first, second in pairs)
    assert not row[[EOA, SHIFT]].any()
    return [label for label, (first, _) in zip(labels, pairs, strict=True) if first]


def test_what_a_coarser_type_covers_is_open_under_closed_supervision_too() -> None:
    coarse = TypeInventory("a", ("Cell",), {"Cell": ("Cell_Line", "Cell_Type")})
    merged = ["Cell", "Cell_Line", "Cell_Type", "Drug"]
    assert opened(merged, coarse, closed=True) == ["Cell_Line", "Cell_Type"]
    assert opened(merged, coarse, closed=False) == ["Cell_Line", "Cell_Type", "Drug"]
    separate = ["a$Cell", "b$Cell", "b$Cell_Line", "b$Drug"]
    assert opened(separate, coarse, closed=True) == ["b$Cell_Line"]
    assert opened(separate, coarse, closed=False) == ["b$Cell", "b$Cell_Line", "b$Drug"]


def test_a_document_opens_what_was_not_marked_in_it() -> None:
    source = TypeInventory("a", ("C", "D"), {"D": ("E",)})
    labels = ["C", "D", "E"]
    assert opened(labels, source.of_document(["C"]), closed=False) == ["D", "E"]
    assert opened(labels, source.of_document(["C"]), closed=True) == []
    assert opened(labels, source.of_document(["D"]), closed=True) == ["E"]
    assert opened(labels, source.of_document(None), closed=False) == ["E"]
