"""The description of one corpus: its files, how they are read, and what its types are called."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveInt,
    field_validator,
    model_validator,
)

from sru_ner.corpora.addresses import FILE_NAME, check_address
from sru_ner.corpora.readers import READERS
from sru_ner.dataset.schema import SPLITS
from sru_ner.settings.sections import Split
from sru_ner.settings.validation import validate

NAME = "[a-z0-9_]+"
"""Regular expression that the name of a corpus has to match."""

Address = Annotated[str, AfterValidator(check_address)]
"""Web address: http or https, with a host, and without steps that lead upwards."""

TypeName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class CorpusFile(_Entry):
    """One raw file of a corpus."""

    url: Address | None = None
    """Address of the file, pinned to a commit or version; None if the user has to put the file in
    place."""
    included: bool = False
    """Whether the file comes with this package, in `sru_ner/corpora/texts/`."""
    name: str = Field(default="", max_length=200)
    """Name of the file in `data/raw/<source>/`; by default the last part of the URL."""
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    """Checksum of the content. If it is not known, the first download records it next to the file,
    and later downloads have to match it."""
    members: str | None = None
    """Glob for the members of an archive that are read; by default those that its reader takes."""
    split: Annotated[
        tuple[Split, ...],
        BeforeValidator(
            lambda value: (value,) if isinstance(value, str) else value,
            json_schema_input_type=Split | tuple[Split, ...],
        ),
    ] = ()
    """The split that the file holds. Several splits are drawn, unless files list the documents of
    each: `[train, dev]` draws dev, `[train, dev, test]` draws dev and test."""
    lists: Split | None = None
    """Set instead of `split` for a file without documents: it lists the identifiers of the
    documents that are in this split, one on each line."""
    documents: tuple[PositiveInt, PositiveInt] | None = None
    """The first and the last document to take, counted from 1 in file order, for a corpus that is a
    part of another. By default all are taken."""
    annotated_types: tuple[TypeName, ...] | None = None
    """Harmonised types that were marked in this file; by default all types of the corpus."""
    mentions: int | None = None
    """Number of mentions in this file, or in its `documents`: all types, with refused ones."""

    @model_validator(mode="before")
    @classmethod
    def _named_like_url(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and not values.get("name") and values.get("url"):
            path = unquote(urlsplit(str(values["url"])).path)
            return {**values, "name": path.rsplit("/", 1)[-1]}
        return values

    @model_validator(mode="after")
    def _check_file(self) -> Self:
        if not self.name:
            raise ValueError("a file needs a url or a name")
        if not FILE_NAME.fullmatch(self.name):
            raise ValueError(f"name is {self.name!r}, which is no name of a file in one folder")
        if self.included and (self.url or not self.sha256):
            raise ValueError("a file that is included needs a sha256 and no url")
        if bool(self.split) == bool(self.lists):
            raise ValueError("a file needs either `split` or `lists`")
        if self.split != tuple(split for split in SPLITS if split in self.split):
            raise ValueError("split has to be train, dev or test, or several of them in this order")
        if self.documents and (self.lists or self.documents[0] > self.documents[1]):
            raise ValueError("documents are the numbers of the first and the last document to take")
        return self


class Given(_Entry):
    """Parts of the data that the corpus itself gives. This package makes the others."""

    splits: bool
    """Whether all splits are given; otherwise some are drawn, document by document."""
    documents: bool
    """Whether documents are given; otherwise each sentence is a document of its own."""
    sentences: bool
    """Whether sentences are given; otherwise a sentence splitter finds them."""


class Source(_Entry):
    """One corpus, as its entry in the catalog describes it."""

    name: str = Field(pattern=f"^{NAME}$")
    """Name of the corpus: its key in the catalog, or the name of its file."""
    title: str
    citation: str
    licence: str
    homepage: Address | None = None
    files: tuple[CorpusFile, ...] = ()
    generator: Literal["synthetic"] | None = None
    """Generator that makes the files, instead of a download."""
    obtain: str | None = None
    """Sentence that tells users where to get the files without a URL."""
    reader: str
    """Format of the files: the name of a reader in `readers.READERS`."""
    options: dict[str, Any] = {}
    """Options of the reader."""
    types: dict[str, TypeName | None] = Field(min_length=1)
    """The corpus's own types → harmonised types; null leaves the mentions of a type out."""
    looked_for: tuple[TypeName, ...] = ()
    """Harmonised types that annotators looked for although no mention in the files has them. Other
    types without a mention do not count as annotated."""
    covers: dict[TypeName, tuple[TypeName, ...]] = {}
    """Harmonised type → finer types of other corpora that are marked as this type here. Nobody
    knows which mentions these are, so a model never learns that the finer types are absent."""
    given: Given
    draw_seed: int = Field(default=0, ge=0)
    """Seed of drawn splits. Another seed draws other documents."""
    max_refused_share: float | None = Field(default=None, ge=0, le=1)
    """Share of mentions that may be refused, instead of the one in the settings. The reason for
    the refusals has to be known."""
    published: dict[str, int] = {}
    """Number of mentions that the corpus's authors publish, by split (`train`) or sum of splits
    (`train+dev`)."""
    published_unchecked: bool = False
    """Whether the published numbers were written down without looking at the paper or the files."""
    note: str | None = None
    """Reason why the counts differ from the published ones, and what else a user has to know."""

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
        if bool(self.files) == bool(self.generator):
            raise ValueError("a corpus needs either files or a generator")
        files = {(file.name, file.members) for file in self.files}
        origins = {(file.name, file.url, file.sha256) for file in self.files}
        if len(files) < len(self.files) or len(origins) > len({f.name for f in self.files}):
            raise ValueError("two files of a corpus have the same name: give each its own `name`")
        self._check_splits()
        self._check_types()
        return self

    def _check_types(self) -> None:
        kept = set(self.kept_types)
        for coarse, finer in self.covers.items():
            if coarse not in kept:
                raise ValueError(f"covers: {coarse} is not a type of this corpus")
            if marked := sorted(kept.intersection(finer)):
                raise ValueError(
                    f"covers: {marked[0]} is a type of this corpus, so {coarse} cannot cover it"
                )
        if unknown := sorted(set(self.looked_for) - kept):
            raise ValueError(f"looked_for: {unknown[0]} is not a type of this corpus")
        for file in self.files:
            if unknown := sorted(set(file.annotated_types or ()) - kept):
                raise ValueError(f"annotated_types: {unknown[0]} is not a type of this corpus")

    def _check_splits(self) -> None:
        listed = {file.lists for file in self.files if file.lists}
        several = [file.split for file in self.files if len(file.split) > 1]
        for splits in several:
            if listed and not listed.issuperset(splits):
                raise ValueError(
                    "each split of a file with several needs a file that lists its documents"
                )
        if self.given.splits == bool(several and not listed):
            raise ValueError("given.splits does not agree with the splits of the files")

    @property
    def raw_files(self) -> tuple[CorpusFile, ...]:
        """Return the downloaded or generated files."""
        if self.generator:
            names = {split: f"{split}.pubtator" for split in SPLITS}
            return tuple(CorpusFile.model_validate({"name": names[s], "split": s}) for s in names)
        return self.files

    @property
    def document_files(self) -> tuple[CorpusFile, ...]:
        """Return the raw files that hold documents, without those that list a split's documents."""
        return tuple(file for file in self.raw_files if not file.lists)

    @property
    def splits(self) -> tuple[str, ...]:
        """Return the splits of the corpus, in the order train, dev, test."""
        held = {split for file in self.raw_files for split in file.split}
        return tuple(split for split in SPLITS if split in held)

    @property
    def kept_types(self) -> tuple[str, ...]:
        """Return the harmonised types, sorted."""
        return tuple(sorted({type_ for type_ in self.types.values() if type_ is not None}))


def read_entry(
    name: str, entry: Mapping[str, Any], *, path: Path | None = None, key: str = ""
) -> Source:
    """Check the entry of a corpus, given as plain values.

    `path` is the file that has the entry, and `key` the entry's key in the file, for the message.
    Raises `UnknownNameError` for a key or option that does not exist, and `InputError` for a value
    that is missing or wrong.
    """
    source = validate(
        Source,
        {**entry, "name": name},
        kind="key",
        path=path,
        section=key,
        remedy="sru_ner/corpora/source.py describes each key of an entry",
    )
    validate(
        READERS[source.reader].options,
        source.options,
        kind="option",
        path=path,
        section=".".join(filter(None, [key, "options"])),
        remedy=f"sru_ner/corpora/readers/{source.reader}.py describes each option",
    )
    return source
