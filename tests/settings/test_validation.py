from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.settings.validation import validate


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    size: int = Field(1, ge=1)
    name: str


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    by_name: dict[str, Inner]
    one: Inner | None = None
    fixed: Inner = Inner(name="x")


def test_values_become_an_instance() -> None:
    assert validate(Inner, {"name": "x"}) == Inner(name="x")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"by_name": {}, "two": {}}, r"^x\.yaml: there is no parameter 'two'"),
        # The one that is missing is the one with the typing error.
        ({"by_nam": {}}, r"^x\.yaml: there is no parameter 'by_nam'. Did you mean 'by_name'"),
        # It is in another section.
        ({"by_name": {}, "sizes": 1}, r"^x\.yaml: .* 'sizes'. Did you mean 'fixed.size'"),
        (
            {"by_name": {"size": {"name": "x", "sise": 2}}},
            r"^x\.yaml: by_name\.size: .* 'sise'. Did you mean 'size'\?\n.*: name, size$",
        ),
        ({"by_name": {}, "one": {"name": "x", "nam": 1}}, r"^x\.yaml: one: .*'nam'.*'name'\?"),
    ],
)
def test_an_unknown_key_is_named_with_those_of_its_section(values: object, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        validate(Outer, values, path=Path("x.yaml"))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"by_name": {"a": {}}}, r"^by_name\.a\.name is missing\n  → read the manual$"),
        ({"by_name": {"a": {"name": "x", "size": 0}}}, r"^by_name\.a\.size is 0: input should be"),
        ([], r"^the content is \[\]: input should be a valid dictionary"),
    ],
)
def test_a_missing_or_wrong_value_is_named(values: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        validate(Outer, values, remedy="read the manual")
