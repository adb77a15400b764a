"""What assessors judge: one mention in its sentence, without the model and without the score.

Items are kept in JSON Lines, an object a line, in the order in which they are shown. The SHA-256 of
that file names the sample: verdicts say which sample they are about.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sru_ner.errors import InputError, SruNerError
from sru_ner.files import read_text, write_text
from sru_ner.settings.validation import validate

ITEMS = "items.jsonl"
"""Name of the file of items in the folder of a sample."""
_REMEDY = "take the file as `sru-ner assess` or `sru-ner judge sample` wrote it"


class Item(BaseModel):
    """One mention to judge. Offsets are code points of `text`, end exclusive."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(min_length=1)
    """Identifier made of text, span and type: see `item_id`."""
    document: str
    """Name of the document that the sentence is from."""
    before: str
    """The sentence before, or an empty string."""
    text: str
    """The sentence. It is longer if a mention does not end in the sentence where it starts."""
    after: str
    """The sentence after, or an empty string."""
    start: int = Field(ge=0)
    end: int
    type: str = Field(min_length=1)
    """The type to judge."""
    shared: bool
    """Whether all assessors judge it."""
    assessors: tuple[int, ...] = Field(min_length=1, strict=False)
    """Numbers of those who judge it, counted from 1, ascending."""

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if not self.start < self.end <= len(self.text):
            raise ValueError(f"the span {self.start} to {self.end} is not in the text")
        return self

    @property
    def mention(self) -> str:
        """The text of the mention."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a sample, and what names the sample."""

    items: tuple[Item, ...]
    digest: str
    """SHA-256 of the file, in hexadecimal digits."""

    def of(self, assessor: int) -> list[Item]:
        """Return the items that one assessor judges. assessor: its number, counted from 1."""
        return [item for item in self.items if assessor in item.assessors]

    @property
    def assessors(self) -> list[int]:
        """The numbers of all assessors, ascending."""
        return sorted({number for item in self.items for number in item.assessors})

    @property
    def types(self) -> list[str]:
        """The types of all items, sorted."""
        return sorted({item.type for item in self.items})


def item_id(text: str, start: int, end: int, type_: str) -> str:
    """Return 12 hexadecimal digits that depend on sentence, span and type only."""
    key = "\x1f".join((text, str(start), str(end), type_))
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def items_text(items: Iterable[Item]) -> str:
    """Return the items as JSON Lines."""
    return "".join(json.dumps(item.model_dump(), ensure_ascii=False) + "\n" for item in items)


def make_items(items: Sequence[Item]) -> Items:
    """Return items with the digest that their file has."""
    digest = hashlib.sha256(items_text(items).encode()).hexdigest()
    return Items(tuple(items), digest)


def write_items(path: Path, items: Iterable[Item]) -> None:
    """Write a file of items, atomically."""
    write_text(path, items_text(items))


def read_items(path: Path) -> Items:
    """Read a file of items.

    Raises `InputError`, naming the line, for a file that cannot be read, a line that is no item, an
    identifier that is there twice or that does not fit text, span and type.
    """
    content = read_text(path, remedy=_REMEDY)
    items: dict[str, Item] = {}
    # Not `splitlines`: a text may hold other line separators.
    for number, line in enumerate(content.split("\n"), start=1):
        if not line:
            continue
        try:
            item = validate(Item, json.loads(line), kind="key")
        except (ValueError, RecursionError):
            raise InputError(
                "this is not valid JSON", path=path, line=number, remedy=_REMEDY
            ) from None
        except SruNerError as error:
            raise InputError(error.problem, path=path, line=number, remedy=_REMEDY) from None
        if item.id in items:
            problem = f"the item {item.id} is there twice"
        elif item.id != item_id(item.text, item.start, item.end, item.type):
            problem = f"the text, span or type of the item {item.id} was changed"
        else:
            items[item.id] = item
            continue
        raise InputError(problem, path=path, line=number, remedy=_REMEDY)
    digest = hashlib.sha256(content.encode()).hexdigest()
    return Items(tuple(items.values()), digest)
