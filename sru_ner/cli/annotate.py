"""`sru-ner annotate`: mentions in files of texts, written to files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from sru_ner.cli.options import MODEL_HELP, Overlaps, Precision, Style, named_or_default

InputName = Literal[
    "text", "jsonl", "csv", "parquet", "pubtator", "bioc-xml", "bioc-json", "pubmed-xml"
]
OutputName = Literal[
    "jsonl", "parquet", "pubtator", "bioc-xml", "bioc-json", "brat", "conll", "html"
]


def annotate(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Files, pipes, folders, globs, or - for standard input.", metavar="INPUT"
        ),
    ],
    model: Annotated[
        str | None,
        typer.Option(help=f"{MODEL_HELP}; default: the model that is there.", show_default=False),
    ] = None,
    format_: Annotated[
        InputName | None,
        typer.Option(
            "--format",
            help="Format of the input; guessed from names. In text, each line is a document.",
        ),
    ] = None,
    unit: Annotated[
        Literal["line", "file"],
        typer.Option(help="What is one document in text: a line, or a file with its line ends."),
    ] = "line",
    encoding: Annotated[
        str,
        typer.Option(help="Encoding of text files: cp1252, iso-8859-1, utf-16, …"),
    ] = "utf-8",
    to: Annotated[
        OutputName | None,
        typer.Option(help="Format of the output; guessed from its name, or jsonl."),
    ] = None,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            help="A file; a folder, which gets a file for each input; or - for standard output.",
        ),
    ] = "-",
    types: Annotated[
        str | None,
        typer.Option(help="Write only these types: Disease,Chemical", show_default=False),
    ] = None,
    threshold: Annotated[
        str,
        typer.Option(
            help="Lowest score to write: 0.7, or Disease=0.8,Gene=0.6, or a file with thresholds."
        ),
    ] = "0.5",
    overlaps: Overlaps = None,
    style: Style = "any",
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
        int, typer.Option(help="Processes that share the inputs; needs an output folder.", min=1)
    ] = 1,
    ray: Annotated[
        int,
        typer.Option(
            help="Actors of a Ray cluster instead of processes; each gets a GPU if there are any.",
            min=0,
        ),
    ] = 0,
    batch_size: Annotated[int, typer.Option(help="Sentences per forward pass.", min=1)] = 32,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, …")] = None,
    precision: Precision = "auto",
) -> None:
    """Annotate texts, each document once, with exact code point offsets.

    One file, or standard output, gets all documents in the order of the inputs. A folder gets a
    file for each input, or for each row group of a Parquet file. Each file is complete or does not
    exist, so a run that was interrupted can go on with --resume. What is left out or changed is
    counted on standard error.
    """
    from sru_ner.annotation.documents import Options
    from sru_ner.annotation.folder import annotate_to_folder
    from sru_ner.annotation.inputs.formats import (
        SUFFIXES,
        find_input,
        guess_input,
        refuse_other_names,
    )
    from sru_ner.annotation.inputs.source import find_sources, input_options
    from sru_ner.annotation.job import Job, load_annotator
    from sru_ner.annotation.outputs.formats import guess_output
    from sru_ner.annotation.run_folder import make_folder
    from sru_ner.annotation.stream import annotate_to_file, annotate_to_stdout, check_terminal
    from sru_ner.corpora.incidents import Incidents
    from sru_ner.errors import InputError
    from sru_ner.inference.loading import chosen_precision
    from sru_ner.inference.model_reference import model_folder, resolve_model
    from sru_ner.inference.selection import lowest_scores
    from sru_ner.rendering.amounts import counted

    into_folder = _is_folder(output, to)
    if not into_folder and (resume or anew or processes > 1 or ray):
        raise InputError(
            "--resume, --anew, --processes and --ray need a folder as --output",
            path=output,
            remedy="name a folder, which gets a file for each input",
        )
    what = input_options(
        text=text_column, id_=id_column, unit=unit, encoding=encoding, format_=format_
    )
    read_as = "text" if unit == "file" else format_
    named = Path(output).suffix and not into_folder
    output_format = to or (guess_output(output) if named else "jsonl")
    sources = find_sources(
        inputs,
        find_input(read_as).suffixes if read_as else SUFFIXES,
        output=None if output == "-" else Path(output),
    )
    # What is wrong with files and folder is said before the model is loaded.
    if not read_as:
        for source in sources:
            guess_input(source)
    elif not format_:
        refuse_other_names(sources)
    if output == "-":
        check_terminal(output_format)
    if into_folder:
        make_folder(Path(output))
    folder = str(resolve_model(named_or_default(model)))  # other processes need no registry
    # The record of a run has what was chosen: a run that goes on elsewhere must not mix the two.
    precision = chosen_precision(model_folder(folder), device, precision)
    annotator = load_annotator(folder, device, precision)
    # Written out for each type, so that a run's record holds the thresholds of a file, too.
    lowest = lowest_scores(
        annotator.types,
        types=None if types is None else [name.strip() for name in types.split(",")],
        threshold=_threshold(threshold),
        model=annotator.experiment,
    )
    job = Job(
        model=folder,
        output_format=output_format,
        options=Options(
            batch_size=batch_size,
            types=sorted(lowest),
            threshold=lowest,
            overlaps=annotator.checked_overlaps(overlaps),
            style=annotator.checked_style(style),
        ),
        input_format=read_as,
        input_options=what,
        device=device,
        precision=precision,
    )
    incidents, summary = Incidents(), None
    if into_folder:
        summary = annotate_to_folder(
            sources,
            job,
            Path(output),
            incidents,
            resume=resume,
            anew=anew,
            processes=processes,
            actors=ray,
        )
    elif output == "-":
        annotate_to_stdout(sources, job, incidents.add)
    else:
        annotate_to_file(sources, job, Path(output), incidents.add)
    for line in incidents.sentences():
        typer.echo(f"sru-ner: {line}", err=True)
    if summary:
        typer.echo(
            f"{counted(summary.shards, 'shard')} ({summary.finished_before} finished before),"
            f" {counted(summary.documents, 'document')}, {counted(summary.spans, 'mention')}:"
            f" {Path(output)}",
            err=True,
        )


def _is_folder(output: str, to: str | None) -> bool:
    """Tell whether an output is a folder: it exists, is in brat's format or has no ending."""
    if output == "-":
        return False
    return to == "brat" or Path(output).is_dir() or not Path(output).suffix


def _threshold(given: str) -> float | Mapping[str, float] | str:
    """Read a number, a number for each type, or the name of a file with these."""
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
