"""Describes an annotation job as one value that can be sent to another process."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from sru_ner.annotation.documents import (
    AnnotatedDocument,
    Options,
    TextDocument,
    annotate_documents,
)
from sru_ner.annotation.inputs.formats import find_input, guess_input, refuse_other_formats
from sru_ner.annotation.inputs.source import InputOptions, Source
from sru_ner.annotation.long_sentences import note_long_sentences
from sru_ner.annotation.outputs.context import WriteContext
from sru_ner.annotation.outputs.formats import BRAT_FILES, OutputFormat, find_output
from sru_ner.corpora.incidents import OnIncident

if TYPE_CHECKING:
    import pyarrow as pa

    from sru_ner.inference.annotator import Annotator
    from sru_ner.inference.loading import Precision


@dataclass(frozen=True, slots=True)
class Job:
    """Model, options and formats of an annotation, the same for all of its sources."""

    model: str
    """Model folder or hub id."""
    output_format: str
    """Name of the format that is written."""
    options: Options
    input_format: str | None = None
    """Name of the format that is read; None means that it is guessed for each source."""
    input_options: InputOptions = field(default_factory=InputOptions)
    """What the user says about the content of the files that are read."""
    device: str | None = None
    """Device of torch; None means a GPU if there is one."""
    precision: Literal["fp32", "bf16"] = "fp32"
    """Precision of the encoder, the same on all machines that take part: see `chosen_precision`."""

    @property
    def output(self) -> OutputFormat:
        """Format that is written."""
        if self.output_format == "brat" and self.input_options.unit == "file":
            return BRAT_FILES
        return find_output(self.output_format)

    def annotator(self) -> "Annotator":
        """Return the model, which is loaded once in each process."""
        return load_annotator(self.model, self.device, self.precision)

    def format_of(self, source: Source) -> str:
        """Return the name of a source's format; raise `InputError` if it cannot be guessed."""
        return self.input_format or guess_input(source)

    def read(self, source: Source, on_incident: OnIncident) -> Iterator[TextDocument]:
        """Yield the documents of a source; raise the same errors as the reader of its format."""
        documents = find_input(self.format_of(source)).read(source, self.input_options, on_incident)
        if source.path is None and self.input_format is None:
            documents = refuse_other_formats(documents, source)
        return note_long_sentences(documents, on_incident)

    def further_columns(self, sources: Iterable[Source]) -> "pa.Schema | None":
        """Return the columns other than identifier and text.

        Returns None unless all sources are Parquet files with the same further columns.
        """
        from sru_ner.annotation.inputs.parquet import further_columns  # noqa: PLC0415

        schemas: list[Any] = []
        for source in sources:
            if source.path is None or self.format_of(source) != "parquet":
                return None
            schemas.append(further_columns(source, self.input_options))
        same = schemas and all(schema.equals(schemas[0]) for schema in schemas)
        return schemas[0] if same else None

    def annotate(
        self, annotator: "Annotator", documents: Iterable[TextDocument]
    ) -> Iterator[AnnotatedDocument]:
        """Annotate documents in their order."""
        return annotate_documents(annotator, documents, self.options)

    def context(
        self, annotator: "Annotator", on_incident: OnIncident, sources: Iterable[Source]
    ) -> WriteContext:
        """Return what the writer of these sources' documents needs to know about all of them."""
        wanted = self.options["types"]
        types = annotator.types if wanted is None else sorted(wanted)
        columns = self.further_columns(sources) if self.output_format == "parquet" else None
        return WriteContext(tuple(types), on_incident, columns)


@cache
def load_annotator(model: str, device: str | None, precision: "Precision") -> "Annotator":
    """Load the model of a folder or hub id, or return it if this process has loaded it before."""
    from sru_ner.inference.annotator import Annotator  # noqa: PLC0415

    return Annotator.load(model, device=device, precision=precision)
