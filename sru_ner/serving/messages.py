"""Requests and answers of the HTTP interface."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sru_ner.inference.selection import EVERYTHING
from sru_ner.inference.spans import AnnotatedSpan


def _without_lone_surrogates(text: str) -> str:
    """Refuse half of a surrogate pair: it is no character, and UTF-8 cannot hold it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"there is half a surrogate pair at {error.start}") from None
    return text


_ANSWER: dict[str, Any] = {
    "model": "sru-ner-biomed-small",
    "spans": [
        [
            {
                "start": 0,
                "end": 7,
                "text": "Aspirin",
                "type": "Chemical",
                "score": 0.99,
                "labels": ["Chemical"],
            }
        ]
    ],
}


class Question(BaseModel):
    """Texts to annotate."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        use_attribute_docstrings=True,
        json_schema_extra={
            "examples": [
                {"texts": ["Aspirin relieves headache."]},
                {
                    "texts": ["Aspirin relieves headache.", "BRCA1 carriers were tested."],
                    "threshold": 0.7,
                    "overlaps": "flat",
                },
            ]
        },
    )

    texts: list[Annotated[str, AfterValidator(_without_lone_surrogates)]] = Field(
        min_length=1, examples=[["Aspirin relieves headache."]]
    )
    """One text or more, together within the server's limit."""
    model: str | None = None
    """Name of the model, from the list of `/health`; default: the first one."""
    types: list[str] | None = None
    """Types to return; default: all types of the model."""
    threshold: float | dict[str, float] = Field(EVERYTHING, examples=[0.5])
    """Lowest score to return, for all types or by type. No mention scores below 0.5."""
    overlaps: Literal["all", "exclusive", "flat"] | None = None
    """Which mentions that overlap to return: all; without those that contradict a likelier one; or
    the choice without any overlap that has the highest sum of scores. Default: the server's."""
    style: str | None = None
    """How the labels of a type are merged: any, mean, vote or a source. Default: the server's."""


class Answer(BaseModel):
    """The mentions of each text, in the order of the texts."""

    model_config = ConfigDict(
        use_attribute_docstrings=True, json_schema_extra={"examples": [_ANSWER]}
    )

    model: str
    """Name of the model that answered."""
    spans: list[list[AnnotatedSpan]]
    """Mentions of each text, sorted by (start, -end, type). Offsets are code points."""


class Health(BaseModel):
    """Models and limits of a server that is up."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    version: str
    """Version of sru-ner."""
    models: dict[str, list[str]]
    """Types of each model, by its name."""
    max_characters: int
    """Largest number of characters in one request; each text counts as one character more."""


class Ready(BaseModel):
    """Whether a server takes a request now."""

    ready: bool


class Refusal(BaseModel):
    """Reason why a request has no answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"detail": "there is no type 'Diseas'. Did you mean 'Disease'?"}]
        }
    )

    detail: str
