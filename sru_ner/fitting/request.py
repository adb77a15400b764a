"""The request of a user who wants one model of own corpora, and where its files are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sru_ner.corpora.source import Source
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.layout import SuiteLayout
from sru_ner.settings.names import as_name


@dataclass(frozen=True, slots=True)
class Request:
    """What to train one model on, how, and where to put it."""

    data: tuple[Path, ...]
    """Files, folders or archives of the corpus."""
    output: Path
    """Folder of the model."""
    others: tuple[str, ...] = ()
    """Other corpora to learn from: each a file, a folder, or the name of a corpus in the
    catalog."""
    encoder: str = EMBEDDED_ENCODER
    """Pre-trained encoder: a hub name, a local folder, or the embedded default."""
    start: str | None = None
    """Trained model to go on from, in place of the encoder: a folder or a name."""
    teacher: str | None = None
    """Trained model to learn from beside the gold mentions: a folder or a name."""
    unmarked: tuple[Path, ...] = ()
    """Files and folders of texts without marks, in which the teacher's mentions are learned."""
    epochs: int | None = None
    """Number of times that the corpora are read; None: chosen by their size, or by the minutes."""
    minutes: float | None = None
    """Time for everything, from reading the corpora to the page; None: as long as it takes."""
    types: Mapping[str, str] = field(default_factory=dict)
    """Types in the files → their names in the model; an empty name leaves the type out."""
    splits: Mapping[str, str] = field(default_factory=dict)
    """Names of files → their splits, such as `train` or `train+dev`."""
    reader: str | None = None
    """Format of the corpus; None: found from its content."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Options of the reader."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Other settings of the training, by name."""
    max_refused: float = 0.01
    """Largest share of a corpus's mentions that may be refused."""
    overwrite: bool = False
    """Whether to replace a model that is there already."""

    @property
    def name(self) -> str:
        """Name of the model: that of its folder, with `_` for what cannot be in a name."""
        return as_name(self.output.resolve().name)

    @property
    def work(self) -> Path:
        """Folder for everything but the model. It holds corpus text, which the model does not."""
        output = self.output.resolve()
        return output.with_name(f"{output.name}.work")

    @property
    def layout(self) -> SuiteLayout:
        """Paths of the files in the work folder, which is laid out like a project."""
        return SuiteLayout(self.name, self.work)


@dataclass(frozen=True, slots=True)
class ReadCorpus:
    """A corpus that has been read into the common tables."""

    source: Source
    report: Mapping[str, Any]
    """The report on how it was read: sizes of its splits, and what became of its mentions."""
    notes: tuple[str, ...] = ()
    """Sentences on how its format and its splits were found."""
    unmarked: int = 0
    """Number of training sentences without marks, of texts that were added to the corpus."""

    @property
    def name(self) -> str:
        """Name of the corpus."""
        return self.source.name

    def mentions(self, split: str) -> int:
        """Return the number of mentions of a split; 0 for a split that the corpus does not have."""
        return self.report["splits"].get(split, {}).get("mentions", {}).get("kept", 0)

    def documents(self, split: str) -> int:
        """Return the number of documents of a split."""
        return self.report["splits"].get(split, {}).get("documents", 0)

    def sentences(self, split: str) -> int:
        """Return the number of sentences of a split, without those that have no marks."""
        return self.report["splits"].get(split, {}).get("sentences", 0)

    @property
    def learned(self) -> int:
        """Number of sentences that a model learns from, with and without marks."""
        return self.sentences("train") + self.unmarked

    def of_type(self, type_: str, split: str) -> int:
        """Return the number of mentions of a type in a split."""
        return self.report["splits"].get(split, {}).get("types", {}).get(type_, 0)


def types_of_corpora(corpora: Iterable[ReadCorpus]) -> set[str]:
    """Return the types of all corpora, by their harmonised names."""
    return {type_ for corpus in corpora for type_ in corpus.source.kept_types}
