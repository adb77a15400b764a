"""What is asked for and answered over HTTP."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sru_ner.inference.selection import EVERYTHING
from sru_ner.inference.spans import AnnotatedSpan


def _whole(text: str) -> str:
    """Refuse half of a surrogate pair: it is no character, and no answer could quote it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"half a surrogate pair at {error.start}") from None
    return text


class Question(BaseModel):
    """Texts to annotate."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    texts: list[Annotated[str, AfterValidator(_whole)]] = Field(
        min_length=1, examples=[["Aspirin relieves headache."]]
    )
    """One or more, of any length within the server's limit."""
    model: str | None = None
    """Name of the model, as `/health` lists them; the first one if not given."""
    types: list[str] | None = None
    """Types to give; all of the model if not given."""
    threshold: float | dict[str, float] = Field(EVERYTHING, examples=[0.5])
    """Lowest score to give, for all types or by type; no mention scores below 0.5."""
    flat: bool = False
    """Of mentions that overlap, give the choice with the highest sum of scores."""


class Answer(BaseModel):
    """The mentions of each text, in the order of the texts."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    model: str
    spans: list[list[AnnotatedSpan]]
    """Per text, sorted by (start, -end, type); offsets are code points, end exclusive."""


class Health(BaseModel):
    """The server is up; its models and limits."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    version: str
    models: dict[str, list[str]]
    """Types of each model."""
    max_characters: int
    """Of one request."""


class Refusal(BaseModel):
    """Why there is no answer."""

    detail: str
