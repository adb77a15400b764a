"""The catalog of corpora: what each is, where its files are and how they are to be read."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveInt,
    ValidationError,
    field_validator,
    model_validator,
)

from sru_ner.corpora.readers import READERS
from sru_ner.dataset.schema import SPLITS
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.files import read_yaml

CATALOG = Path(__file__).with_name("catalog.yaml")
OWN_CATALOG = Path("corpora.yaml")
"""A user's own catalog, of the same form, in the folder where a command runs."""
CATALOG_VARIABLE = "SRU_NER_CATALOG"
"""Environment variable that names another file for it."""

NAME = "[a-z0-9_]+"
"""What a corpus may be called, as a regular expression."""

Split = Literal["train", "dev", "test"]
TypeName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class CorpusFile(_Entry):
    """One raw file of a corpus."""

    url: str | None = None
    """Pinned to a commit or version; None for a file that the user has to put in place."""
    name: str = Field(default="", pattern=r"^[^/\\]*$")
    """Name below `data/raw/<source>/`; left out, it is the last part of the URL."""
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    """Checksum of the content; where it is not known, the first download records it beside the
    file, and every later one has to be the same."""
    members: str | None = None
    """Which members of an archive these are, as a glob; left out, those its reader takes."""
    split: Annotated[
        tuple[Split, ...],
        BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    ] = ()
    """The split it holds; `[train, dev]` where dev has to be drawn from it; more than one, too,
    where other files list the documents of each."""
    lists: Split | None = None
    """Instead of `split`: it holds no documents but, one a line, the identifiers of those that
    are in this split."""
    documents: tuple[PositiveInt, PositiveInt] | None = None
    """The first and the last of its documents that are this corpus's, counted from 1 in the file's
    order, for a corpus that is a part of another; left out, all of them."""
    annotated_types: tuple[TypeName, ...] | None = None
    """Harmonised types that were marked in this file; left out, all of the corpus's."""
    mentions: int | None = None
    """Mentions in this very file, or in its `documents`, all types, refused ones included."""

    @model_validator(mode="before")
    @classmethod
    def _named_like_url(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and not values.get("name") and values.get("url"):
            path = unquote(urlsplit(str(values["url"])).path)
            return {**values, "name": path.rsplit("/", 1)[-1]}
        return values

    @model_validator(mode="after")
    def _can_be_had(self) -> Self:
        if not self.name:
            raise ValueError("a file needs a url or a name")
        if bool(self.split) == bool(self.lists):
            raise ValueError("a file has either a split or lists the documents of one")
        if self.split != tuple(split for split in SPLITS if split in self.split):
            raise ValueError("split is one of train, dev, test, or several in this order")
        if self.documents and (self.lists or self.documents[0] > self.documents[1]):
            raise ValueError(
                "documents are the first and the last that are taken of a split's file"
            )
        return self


class Given(_Entry):
    """What the corpus itself says; the rest is made by this package."""

    splits: bool
    """All of its splits; otherwise dev is drawn from the training documents."""
    documents: bool
    """Which sentences belong to one document; otherwise each is a document of its own."""
    sentences: bool
    """Where sentences begin and end; otherwise a splitter finds them."""


class Source(_Entry):
    """One corpus."""

    name: str = Field(pattern=f"^{NAME}$")
    """Its key in the catalog."""
    title: str
    citation: str
    licence: str
    homepage: str | None = None
    files: tuple[CorpusFile, ...] = ()
    generator: Literal["synthetic"] | None = None
    """Makes the files, instead of a download."""
    obtain: str | None = None
    """How a user gets files that have no URL."""
    reader: str
    """Format of the files: a name in `readers.READERS`."""
    options: dict[str, Any] = {}
    """What the reader may be told."""
    types: dict[str, TypeName | None] = Field(min_length=1)
    """Source type → harmonised type; null leaves its mentions out."""
    covers: dict[TypeName, tuple[TypeName, ...]] = {}
    """Harmonised type → finer ones of other corpora whose mentions are among its own here. Nobody
    knows which they are, so a model is never told that they are absent."""
    given: Given
    max_refused_share: float | None = Field(default=None, ge=0, le=1)
    """Share of mentions that may be refused, instead of the settings', where it is known why."""
    published: dict[str, int] = {}
    """Mentions by split (`train`) or splits (`train+dev`), as the corpus's authors count them."""
    published_unchecked: bool = False
    """Whether those were written down with neither the paper nor the files at hand."""
    note: str | None = None
    """Why the counts differ from the published ones, and what else a user has to know."""

    @field_validator("reader")
    @classmethod
    def _reader_exists(cls, reader: str) -> str:
        if reader not in READERS:
            raise ValueError(f"unknown reader {reader!r}, known: {', '.join(sorted(READERS))}")
        return reader

    @field_validator("published")
    @classmethod
    def _published_splits(cls, published: dict[str, int]) -> dict[str, int]:
        for key in published:
            if not set(key.split("+")) <= set(SPLITS):
                raise ValueError(f"{key!r} is not made of {', '.join(SPLITS)} and +")
        return published

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        READERS[self.reader].options.model_validate(self.options)
        if bool(self.files) == bool(self.generator):
            raise ValueError("a corpus has either files or a generator")
        files = {(file.name, file.members) for file in self.files}
        origins = {(file.name, file.url, file.sha256) for file in self.files}
        if len(files) < len(self.files) or len(origins) > len({f.name for f in self.files}):
            raise ValueError("two files of a corpus have one name: give them a `name`")
        self._check_splits()
        self._check_types()
        return self

    def _check_types(self) -> None:
        kept = set(self.kept_types)
        for coarse, finer in self.covers.items():
            if coarse not in kept:
                raise ValueError(f"covers: {coarse} is not a type of this corpus")
            if marked := sorted(kept.intersection(finer)):
                raise ValueError(f"covers: {marked[0]} is marked itself, so not only as {coarse}")
        for file in self.files:
            if unknown := sorted(set(file.annotated_types or ()) - kept):
                raise ValueError(f"annotated_types: {unknown[0]} is not a type of this corpus")

    def _check_splits(self) -> None:
        listed = {file.lists for file in self.files if file.lists}
        several = [file.split for file in self.files if len(file.split) > 1]
        for splits in several:
            if listed and not listed.issuperset(splits):
                raise ValueError("not each of a file's splits has a file that lists its documents")
            if not listed and splits != ("train", "dev"):
                raise ValueError("without lists, split is train, dev, test or [train, dev]")
        if self.given.splits == bool(several and not listed):
            raise ValueError("given.splits contradicts the files' splits")

    @property
    def raw_files(self) -> tuple[CorpusFile, ...]:
        """The files to read, downloaded or generated."""
        if self.generator:
            names = {split: f"{split}.pubtator" for split in SPLITS}
            return tuple(CorpusFile.model_validate({"name": names[s], "split": s}) for s in names)
        return self.files

    @property
    def document_files(self) -> tuple[CorpusFile, ...]:
        """The raw files that hold documents; the others list which are in which split."""
        return tuple(file for file in self.raw_files if not file.lists)

    @property
    def splits(self) -> tuple[str, ...]:
        """Splits there will be, in the order train, dev, test."""
        held = {split for file in self.raw_files for split in file.split}
        return tuple(split for split in SPLITS if split in held)

    @property
    def kept_types(self) -> tuple[str, ...]:
        """Harmonised types, sorted."""
        return tuple(sorted({type_ for type_ in self.types.values() if type_ is not None}))


def load_catalog() -> dict[str, Source]:
    """Read the shipped catalog and the user's own, by name, in catalog order.

    Raises `InputError` that names file, entry and key where an entry is wrong, or where the
    user's file has an entry of a name that is taken.
    """
    named = os.environ.get(CATALOG_VARIABLE)
    return load_with(Path(named) if named else OWN_CATALOG, must_exist=bool(named))


def load_with(own: Path, *, must_exist: bool = False) -> dict[str, Source]:
    """Read the shipped catalog and a user's file; as `load_catalog`."""
    sources = load_entries(CATALOG)
    if must_exist or own.exists():
        entries = load_entries(own)
        clashes = sorted(sources.keys() & entries.keys())
        if clashes:
            raise InputError(
                f"the catalog has a corpus of this name already: {', '.join(clashes)}",
                path=own,
                remedy="give the entry another name",
            )
        sources |= entries
    return sources


def find_source(name: str) -> Source:
    """Look up one corpus; raises `UnknownNameError` that lists the known ones."""
    catalog = load_catalog()
    if name not in catalog:
        raise UnknownNameError("corpus", name, catalog)
    return catalog[name]


def load_entries(path: Path) -> dict[str, Source]:
    """Read one catalog file, by name, in its order; errors as in `load_catalog`."""
    content = read_yaml(path, remedy=f"correct or unset {CATALOG_VARIABLE}")
    entries = content.get("sources", ()) if isinstance(content, dict) else ()
    if entries is None:  # `sources:` and nothing below it
        return {}
    if not isinstance(entries, dict) or not all(isinstance(e, dict) for e in entries.values()):
        raise InputError(
            "a catalog is a mapping `sources:` from names to entries",
            path=path,
            remedy="write it like sru_ner/corpora/catalog.yaml",
        )
    return {str(name): _entry(path, str(name), entry) for name, entry in entries.items()}


def _entry(path: Path, name: str, entry: dict[str, Any]) -> Source:
    try:
        return Source.model_validate({**entry, "name": name})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in ("sources", name, *first["loc"]))
        raise InputError(
            f"{place}: {first['msg']}",
            path=path,
            remedy="sru_ner/corpora/catalog.py says what each key means",
        ) from None
