"""`sru-ner annotate`: files of texts in, files of mentions out."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from sru_ner.annotation.documents import AnnotatedDocument
    from sru_ner.annotation.inputs.source import Source
    from sru_ner.annotation.job import Job
    from sru_ner.corpora.incidents import Incidents

InputName = Literal[
    "text", "jsonl", "csv", "parquet", "pubtator", "bioc-xml", "bioc-json", "pubmed-xml"
]
OutputName = Literal[
    "jsonl", "parquet", "pubtator", "bioc-xml", "bioc-json", "brat", "conll", "html"
]


def annotate(
    inputs: Annotated[
        list[str], typer.Argument(help="Files, folders, globs, or - for stdin.", metavar="INPUT…")
    ],
    model: Annotated[
        str, typer.Option(help="Model folder, models:/name@alias or hub id.", show_default=False)
    ],
    format_: Annotated[
        InputName | None,
        typer.Option(
            "--format", help="Of the input; guessed from names. A line of text is a text."
        ),
    ] = None,
    to: Annotated[
        OutputName | None,
        typer.Option(help="Format of the output; guessed from its name, or jsonl."),
    ] = None,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", help="A file; or a folder, with a file for each input; - for stdout."
        ),
    ] = "-",
    types: Annotated[
        str | None, typer.Option(help="Only these types: Disease,Chemical", show_default=False)
    ] = None,
    threshold: Annotated[
        str,
        typer.Option(help="Leave out what scores lower: 0.7, or Disease=0.8,Gene=0.6, or a file."),
    ] = "0.5",
    flat: Annotated[
        bool, typer.Option("--flat", help="Of overlapping mentions, the best choice only.")
    ] = False,
    text_column: Annotated[str, typer.Option(help="Column or key of the text.")] = "text",
    id_column: Annotated[
        str | None,
        typer.Option(help="Column or key of the identifier; default: id, document_id or pmid."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in the output folder.")
    ] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="Remove the run in the output folder and begin again.")
    ] = False,
    processes: Annotated[
        int, typer.Option(help="Processes that share the inputs; needs a folder.", min=1)
    ] = 1,
    ray: Annotated[
        int,
        typer.Option(
            help="Actors of a Ray cluster in their place, one per GPU if it has any.", min=0
        ),
    ] = 0,
    batch_size: Annotated[int, typer.Option(help="Sentences per forward pass.", min=1)] = 32,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, …")] = None,
    precision: Annotated[
        Literal["fp32", "bf16"], typer.Option(help="Of the encoder; bf16 is the faster one.")
    ] = "fp32",
) -> None:
    """Annotate texts: each document once, with exact code point offsets.

    Into one file, or a pipe, goes everything in the order of the inputs. Into a folder goes a file
    for each input (for each row group of a Parquet file), whole or not at all, so that a run which
    was interrupted goes on where it stood with --resume. What is left out or changed is counted on
    stderr.
    """
    from transformers.utils.logging import disable_progress_bar

    from sru_ner.annotation.documents import Options
    from sru_ner.annotation.inputs import SUFFIXES, find_input
    from sru_ner.annotation.inputs.source import Columns, find_sources
    from sru_ner.annotation.job import Job, load_annotator
    from sru_ner.annotation.outputs import guess_output
    from sru_ner.annotation.run_folder import make_folder
    from sru_ner.errors import InputError
    from sru_ner.inference.model_reference import resolve_model
    from sru_ner.inference.selection import lowest_scores

    disable_progress_bar()  # of loading the weights: it is over in a moment
    into_folder = _is_folder(output, to)
    if not into_folder and (resume or anew or processes > 1 or ray):
        raise InputError(
            "--resume, --anew, --processes and --ray need a folder as --output",
            path=output,
            remedy="name a folder: it gets a file for each input",
        )
    named = Path(output).suffix and not into_folder
    output_format = to or (guess_output(output) if named else "jsonl")
    sources = find_sources(
        inputs,
        find_input(format_).suffixes if format_ else SUFFIXES,
        output=None if output == "-" else Path(output),
    )
    if into_folder:
        make_folder(Path(output))  # before the time is spent that a model takes
    folder = str(resolve_model(model))  # other processes then need no registry
    annotator = load_annotator(folder, device, precision)
    # Spelled out for each type, so that a run's record says all, whatever file held it.
    lowest = lowest_scores(
        annotator.types,
        types=None if types is None else [name.strip() for name in types.split(",")],
        threshold=_threshold(threshold),
        model=annotator.experiment,
    )
    job = Job(
        model=folder,
        output_format=output_format,
        options=Options(batch_size=batch_size, types=sorted(lowest), threshold=lowest, flat=flat),
        input_format=format_,
        columns=Columns(text_column, id_column),
        device=device,
        precision=precision,
    )
    if into_folder:
        _into_folder(
            sources, job, Path(output), resume=resume, anew=anew, processes=processes, ray=ray
        )
    else:
        _into_stream(sources, job, output)


def _is_folder(output: str, to: str | None) -> bool:
    """Whether an output is a folder: one that is there, one of brat, or a name without ending."""
    if output == "-":
        return False
    return to == "brat" or Path(output).is_dir() or not Path(output).suffix


def _threshold(given: str) -> float | Mapping[str, float] | str:
    """A number, a number for each type, or the name of a file that holds these."""
    from sru_ner.errors import InputError

    try:
        if "=" not in given:
            return float(given)
        pairs = [pair.rpartition("=") for pair in given.split(",")]
        return {name.strip(): float(value) for name, _, value in pairs}
    except ValueError:
        if Path(given).is_file():
            return given
        raise InputError(
            f"--threshold {given!r} is neither a number, nor Type=number,…, nor a file",
            remedy="write 0.7, or Disease=0.8,Gene=0.6",
        ) from None


def _into_stream(sources: "list[Source]", job: "Job", output: str) -> None:
    """Everything into one file, which appears when it is complete, or to stdout as it comes."""
    import os
    import sys
    import tempfile
    from shutil import copyfileobj

    from sru_ner.annotation.shards import write_output
    from sru_ner.corpora.incidents import Incidents
    from sru_ner.errors import InputError
    from sru_ner.files import atomic_path

    incidents = Incidents()
    if output == "-" and job.output.folder:
        raise InputError("brat is a folder of files", remedy="name one as --output")
    annotator = job.annotator()
    context = job.context(annotator, incidents.add, sources)
    documents = _annotated(sources, job, incidents)
    if output != "-":
        with atomic_path(Path(output)) as fresh:
            write_output(_shown(documents), fresh, job, context)
    elif job.output_format == "parquet":
        # Its writer has to know where in the file it is, which a pipe does not tell.
        with tempfile.TemporaryFile() as whole:
            job.output.write(documents, whole, context)
            whole.seek(0)
            copyfileobj(whole, sys.stdout.buffer)
    else:
        try:
            job.output.write(_flushed(documents), sys.stdout.buffer, context)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has had enough. What is left in the buffer has nowhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _report(incidents)


def _annotated(
    sources: "list[Source]", job: "Job", incidents: "Incidents"
) -> "Iterator[AnnotatedDocument]":
    from sru_ner.annotation.microbatch import microbatches

    annotator = job.annotator()
    for source in sources:
        documents = job.read(source, incidents.add)
        if source.path is None:
            for batch in microbatches(documents, most=16 * job.options["batch_size"]):
                yield from job.annotate(annotator, batch)
        else:
            yield from job.annotate(annotator, documents)


def _flushed(documents: "Iterable[AnnotatedDocument]") -> "Iterator[AnnotatedDocument]":
    """The documents; each is on its way to the reader of a pipe before the next is asked for."""
    import sys

    for annotated in documents:
        yield annotated
        sys.stdout.flush()


def _shown(documents: "Iterable[AnnotatedDocument]") -> "Iterator[AnnotatedDocument]":
    """The documents, counted on stderr where that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,} documents"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        yield from bar.track(documents)


def _into_folder(
    sources: "list[Source]",
    job: "Job",
    folder: Path,
    *,
    resume: bool,
    anew: bool,
    processes: int,
    ray: int,
) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from sru_ner.annotation.plan import plan_shards
    from sru_ner.annotation.run_folder import open_run
    from sru_ner.annotation.shards import run_identity, unfinished, write_manifest
    from sru_ner.corpora.incidents import Incidents
    from sru_ner.errors import SruNerError

    shards = plan_shards(sources, job)
    failed: list[str] = []
    incidents = Incidents()
    console = Console(stderr=True)
    with open_run(folder, run_identity(job), shards, resume=resume, anew=anew):
        left = unfinished(shards, folder, job)
        with Progress(
            TextColumn("shards"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[documents]:,} documents"),
            Remaining(),
            console=console,
            disable=not console.is_terminal,
        ) as bar:
            task = bar.add_task(
                "shards", total=len(shards), completed=len(shards) - len(left), documents=0
            )
            documents = 0
            for shard, outcome in _outcomes(left, job, folder, processes=processes, ray=ray):
                if isinstance(outcome, SruNerError):
                    failed.append(f"{shard.name}: {outcome}")
                else:
                    documents += outcome["documents"]
                    incidents.add_counts(outcome["notes"], outcome["first"])
                bar.update(task, advance=1, documents=documents)
        if failed:
            listed = "\n".join(failed[:5])
            raise SruNerError(
                f"{len(failed)} of {len(shards)} shards could not be annotated:\n{listed}\n"
                "  → mend the files, then start again with --resume"
            )
        manifest = write_manifest(shards, folder, job)
    _report(incidents)
    done = len(shards) - len(left)
    typer.echo(
        f"{len(shards)} shards ({done} were done before), {manifest['documents']:,} documents,"
        f" {manifest['spans']:,} mentions: {folder}",
        err=True,
    )


def _outcomes(left: list[Any], job: "Job", folder: Path, *, processes: int, ray: int) -> Any:
    from sru_ner.annotation.processes import in_processes, in_this_process

    if not left:
        return ()
    if ray:
        from sru_ner.annotation.ray_cluster import on_ray

        return on_ray(left, job, folder, actors=ray)
    if processes > 1:
        return in_processes(left, job, folder, processes=processes)
    return in_this_process(left, job, folder)


def _report(incidents: "Incidents") -> None:
    for line in incidents.sentences():
        typer.echo(f"sru-ner: {line}", err=True)
