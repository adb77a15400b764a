"""What one assessor decided about the items of a sample, and the file that it is kept in.

The file is what the assessment page downloads, and what verdicts from other tools are turned into:
`{"format": "sru-ner verdicts", "version": 1, "sample": …, "assessor": …, "verdicts": […]}`.
"""

from enum import StrEnum
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from sru_ner.files import read_json, write_json
from sru_ner.settings.validation import validate

FORMAT: Final = "sru-ner verdicts"
_REMEDY = "load the file in the page that wrote it, and download it again"


class Judgement(StrEnum):
    """What an assessor can say of an item."""

    CORRECT = "correct"
    WRONG_TYPE = "wrong_type"
    WRONG_BOUNDARY = "wrong_boundary"
    """Something of this type is there, but it begins or ends elsewhere."""
    NO_ENTITY = "no_entity"
    UNSURE = "unsure"

    @property
    def words(self) -> str:
        """The judgement as people read it, such as `wrong type`."""
        return self.value.replace("_", " ")


class Verdict(BaseModel):
    """An assessor's judgement of one item. Offsets are code points of the item's text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    """The item."""
    verdict: Judgement
    type: str | None = Field(None, min_length=1)
    """The right type, if the assessor gave one."""
    start: int | None = Field(None, ge=0)
    """Where the right mention starts, if the assessor marked it."""
    end: int | None = None
    """Where it ends, exclusive."""
    comment: str = ""
    at: AwareDatetime | None = None
    """When it was decided; None if the tool does not say."""

    @model_validator(mode="after")
    def _whole_span(self) -> Self:
        if (self.start is None) != (self.end is None):
            raise ValueError("a corrected span needs start and end")
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError(f"the corrected span {self.start} to {self.end} is empty")
        return self


class VerdictFile(BaseModel):
    """All verdicts of one assessor on one sample."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["sru-ner verdicts"] = FORMAT
    version: Literal[1] = 1
    sample: str
    """SHA-256 of the file of items, in hexadecimal digits."""
    assessor: str = Field(min_length=1)
    """Name of the assessor."""
    verdicts: tuple[Verdict, ...]


def read_verdicts(path: Path) -> VerdictFile:
    """Read a verdict file. Raises `InputError` if it cannot be read or a value in it is wrong."""
    values = read_json(path, remedy=_REMEDY)
    return validate(VerdictFile, values, kind="key", path=path, remedy=_REMEDY)


def write_verdicts(path: Path, verdicts: VerdictFile) -> None:
    """Write a verdict file, atomically."""
    write_json(path, verdicts.model_dump(mode="json"))
