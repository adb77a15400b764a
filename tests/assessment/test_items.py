import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.assessment.items import Item, item_id, make_items, read_items, write_items
from sru_ner.errors import InputError, SruNerError


def make_item(text="A rash came.", start=2, end=6, type_="Disease", **rest) -> Item:
    values = {"document": "d1", "before": "", "after": "", "shared": True, "assessors": (1, 2)}
    return Item(
        id=item_id(text, start, end, type_),
        text=text, start=start, end=end, type=type_, **{**values, **rest},
    )  # fmt: skip


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), unique=True))
def test_items_come_back_as_they_were_written(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("sample") / "items.jsonl"
    items = [make_item(text, 0, len(text)) for text in texts]
    write_items(path, items)
    found = read_items(path)
    assert found == make_items(items)
    assert [item.mention for item in found.items] == texts


def test_items_of_an_assessor_are_found():
    one, two = make_item(), make_item("Flu.", 0, 3, shared=False, assessors=(2,))
    items = make_items([one, two])
    assert items.of(1) == [one]
    assert items.of(2) == [one, two]
    assert items.assessors == [1, 2]
    assert items.types == ["Disease"]


def test_the_identifier_depends_on_text_span_and_type():
    given = [("A rash", 2, 6, "D"), ("A rasp", 2, 6, "D"), ("A rash", 1, 6, "D"),
             ("A rash", 2, 5, "D"), ("A rash", 2, 6, "E")]  # fmt: skip
    assert len({item_id(*each) for each in given}) == 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": "A rasp came."}, "the text, span or type of the item"),
        ({"end": 5}, "the text, span or type of the item"),
        ({"end": 60}, "the span 2 to 60 is not in the text"),
        ({"start": "2"}, "start is '2'"),
        ({"assessors": []}, "assessors is []"),
        ({"scores": 1}, "there is no key 'scores'"),
    ],
)
def test_a_changed_item_is_refused(tmp_path, change, message):
    path = tmp_path / "items.jsonl"
    path.write_text(json.dumps(json.loads(make_item().model_dump_json()) | change) + "\n")
    with pytest.raises(SruNerError) as error:
        read_items(path)
    assert message in str(error.value)
    assert str(error.value).startswith(str(path))


def test_an_item_that_is_there_twice_is_refused_with_its_line(tmp_path):
    path = tmp_path / "items.jsonl"
    path.write_text((make_item().model_dump_json() + "\n") * 2)
    with pytest.raises(InputError, match=r"items\.jsonl:2: the item \w+ is there twice"):
        read_items(path)
    path.write_text("{\n")
    with pytest.raises(InputError, match=r"items\.jsonl:1: this is not valid JSON"):
        read_items(path)
