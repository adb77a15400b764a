"""Options of the readers whose documents are records: JSON Lines, JSON and Parquet."""

from typing import Literal

from pydantic import Field

from sru_ner.corpora.readers.raw import PartOptions
from sru_ner.corpora.readers.tags import OUTSIDE, Scheme


class RecordOptions(PartOptions):
    """Options for keys that are not known to the reader, and for what a record does not say."""

    text: str = "text"
    """Key of the text."""
    id: str = "id"
    """Key of the identifier."""
    spans: str | None = None
    """Key of the list of spans; by default the first known one that is there."""
    tokens: str | None = None
    """Key of the list of words; by default the first known one that is there."""
    tags: str | None = None
    """Key of the list of tags; by default the first known one that is there."""
    start: str | None = None
    """Key of a span's start; by default the first known one that is there."""
    end: str | None = None
    """Key of a span's end; by default the first known one that is there."""
    type: str | None = None
    """Key of a span's type; by default the first known one that is there."""
    end_is: Literal["exclusive", "inclusive"] | None = None
    """Whether a span's end is the offset after its last character or word, or of the last one. By
    default it is exclusive, but inclusive for the lists in `ner`, as in GLiNER and DyGIE."""
    type_names: dict[str | int, str] = Field(default_factory=dict)
    """Types that the file names by numbers → their names; other numbers are names themselves."""
    scheme: Scheme = "iob2"
    """Scheme of the tags, as for the reader `iob`."""
    tag_names: tuple[str, ...] = ()
    """Tags for the numbers in the list of tags, from 0 on. Parquet files of Hugging Face name them
    themselves."""
    tag_separator: Literal["-", "_"] = "-"
    """Sign between letter and type of a tag: `B-X` or `B_X`."""
    outside: str = Field(default=OUTSIDE, min_length=1)
    """Tag of the words outside mentions."""
    layer: Literal["annotations", "predictions"] = "annotations"
    """Part of a Label Studio task that is read: what people annotated, or what was predicted."""
    rejecting: tuple[str, ...] = ("wrong", "wrong boundaries", "wrong type")
    """Choices for a region of a Label Studio task that say that it is no mention."""
