"""What is to be done to each of many sources, as one value that can be sent to another process."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from sru_ner.annotation.documents import (
    AnnotatedDocument,
    Options,
    TextDocument,
    annotate_documents,
)
from sru_ner.annotation.inputs import find_input, guess_input
from sru_ner.annotation.inputs.source import Columns, Source
from sru_ner.annotation.outputs import OutputFormat, find_output
from sru_ner.annotation.outputs.context import WriteContext
from sru_ner.corpora.incidents import OnIncident

if TYPE_CHECKING:
    import pyarrow as pa

    from sru_ner.inference.annotator import Annotator
    from sru_ner.inference.loading import Precision


@dataclass(frozen=True, slots=True)
class Job:
    """Which model annotates what, and how."""

    model: str
    """Model folder or hub id."""
    output_format: str
    options: Options
    input_format: str | None = None
    """None: guessed for each source."""
    columns: Columns = field(default_factory=Columns)
    device: str | None = None
    precision: "Precision" = "fp32"

    @property
    def output(self) -> OutputFormat:
        """The format that is written."""
        return find_output(self.output_format)

    def annotator(self) -> "Annotator":
        """The model, loaded once in each process."""
        return load_annotator(self.model, self.device, self.precision)

    def format_of(self, source: Source) -> str:
        """The name of a source's format. Raises `InputError` where it cannot be told."""
        return self.input_format or guess_input(source)

    def read(self, source: Source, on_incident: OnIncident) -> Iterator[TextDocument]:
        """The documents of a source; raises what its format's reader does."""
        return find_input(self.format_of(source)).read(source, self.columns, on_incident)

    def further_columns(self, sources: Iterable[Source]) -> "pa.Schema | None":
        """The columns beside identifier and text, where all sources are Parquet with the same."""
        from sru_ner.annotation.inputs.parquet import further_columns  # noqa: PLC0415

        schemas: list[Any] = []
        for source in sources:
            if source.path is None or self.format_of(source) != "parquet":
                return None
            schemas.append(further_columns(source, self.columns))
        same = schemas and all(schema.equals(schemas[0]) for schema in schemas)
        return schemas[0] if same else None

    def annotate(
        self, annotator: "Annotator", documents: Iterable[TextDocument]
    ) -> Iterator[AnnotatedDocument]:
        """The documents with what is found in them, in order."""
        return annotate_documents(annotator, documents, self.options)

    def context(
        self, annotator: "Annotator", on_incident: OnIncident, sources: Iterable[Source]
    ) -> WriteContext:
        """What a writer of these sources' documents is told."""
        wanted = self.options["types"]
        types = annotator.types if wanted is None else sorted(wanted)
        columns = self.further_columns(sources) if self.output_format == "parquet" else None
        return WriteContext(tuple(types), on_incident, columns)


@cache
def load_annotator(model: str, device: str | None, precision: "Precision") -> "Annotator":
    """The model of a folder or hub id; the same one if it is asked for again."""
    from sru_ner.inference.annotator import Annotator  # noqa: PLC0415

    return Annotator.load(model, device=device, precision=precision)
