"""`sru-ner fit`: one model of the user's own corpora, without a project."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sru_ner.cli.options import read_pairs, reader_options, splits_by_file
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.settings.presets import PRESETS, Preset

if TYPE_CHECKING:
    from rich.console import Console

    from sru_ner.fitting.inspection import Inspection
    from sru_ner.fitting.request import Request


def fit(
    data: Annotated[
        list[Path], typer.Argument(metavar="DATA", help="Files, folders or archives of a corpus.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="MODEL",
            help="Folder for the model; MODEL.work is needed too.",
        ),
    ],
    others: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="OTHER",
            help="Another corpus to learn from, which may have other types: a file, a folder, or a"
            " corpus of the catalog, which is downloaded; repeatable.",
        ),
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0, help="Time for everything, on this machine.")
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(
            min=1, help="How often the corpora are read.", show_default="chosen by their size"
        ),
    ] = None,
    preset: Annotated[
        Preset,
        typer.Option(
            help="Size: tiny is fast, and better with a larger model as --from and --teacher; base"
            " needs a GPU, and downloads its encoder."
        ),
    ] = "small",
    encoder: Annotated[
        str | None,
        typer.Option(
            help="Pre-trained encoder: a folder, or a name on the Hugging Face hub.",
            show_default="that of the preset",
        ),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="MODEL",
            help="Trained model to go on from, such as sru-ner-biomed-small: better than a bare"
            " encoder if there are few texts. Types with its names are known from the start.",
        ),
    ] = None,
    teacher: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Trained model to learn from beside the gold mentions, such as a larger one of the"
            " same corpora.",
        ),
    ] = None,
    unmarked: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="TEXTS",
            help="Texts without marks, a file or a folder that annotate reads: the teacher's"
            " mentions in them are learned; repeatable.",
        ),
    ] = None,
    types: Annotated[
        list[str] | None,
        typer.Option(
            "--type",
            metavar="OLD=NEW",
            help="Another name for a type; nothing after = leaves it out; repeatable.",
        ),
    ] = None,
    split: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[FILE=]SPLIT",
            help="Split of a file, or of all files: train, dev or test, or several to draw"
            " documents into them, such as train+dev+test; repeatable.",
            show_default="from the names; what is missing is drawn",
        ),
    ] = None,
    reader: Annotated[
        str | None, typer.Option(help="Format.", show_default="found from the content")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Option of the reader; repeatable."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Other setting of the training; repeatable."
        ),
    ] = None,
    max_refused: Annotated[
        float,
        typer.Option(min=0, max=1, help="Largest share of mentions that may be refused."),
    ] = 0.01,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a model that is there already.")
    ] = False,
) -> None:
    """Train one model of your own corpora, test it, and write a page about it.

    Called again after an interruption, it continues. Training, dev and test documents are found by
    the names of files and folders; what is missing is drawn.
    """
    import time

    began = time.monotonic()
    from functools import partial
    from tempfile import TemporaryDirectory

    from rich.console import Console
    from transformers.utils.logging import disable_progress_bar

    from sru_ner.files import parse_yaml, read_json
    from sru_ner.fitting.inspection import inspect, results_file
    from sru_ner.fitting.request import Request
    from sru_ner.fitting.run import fit as carry_out

    disable_progress_bar()  # of loading, which takes a second
    console = Console(highlight=False, stderr=True)
    chosen = dict(PRESETS[preset])
    own_encoder = chosen.pop("encoder", EMBEDDED_ENCODER)
    request = Request(
        data=tuple(data),
        output=output,
        others=tuple(others or ()),
        encoder=encoder or own_encoder,
        start=start,
        teacher=teacher,
        unmarked=tuple(unmarked or ()),
        epochs=epochs,
        minutes=minutes,
        types=read_pairs(types, "--type"),
        splits=splits_by_file(split),
        reader=reader,
        options=reader_options(option, "--option"),
        settings=chosen
        | {
            key: parse_yaml(value, path=f"--set {key}")
            for key, value in reader_options(settings, "--set").items()
        },
        max_refused=max_refused,
        overwrite=overwrite,
    )
    with TemporaryDirectory(prefix="sru-ner-fit-") as folder:
        with console.status("reading the corpora"):
            inspection = inspect(request, Path(folder))
        _show_corpora(console, inspection)
        if inspection.finished and not overwrite:
            console.print("This model is finished already; --overwrite makes it again.")
        else:
            if inspection.may_begin:
                console.print(f"Training on {_device()}; stop it at any time and call it again.")
            carry_out(
                inspection,
                elapsed=lambda: time.monotonic() - began,
                say=partial(console.print, soft_wrap=True, markup=False),
            )
            console.print(f"Finished after {_duration(time.monotonic() - began)}.")
    _show_results(read_json(results_file(request), remedy="run it again with --overwrite"))
    _say_what_is_next(console, request)


def _show_corpora(console: "Console", inspection: "Inspection") -> None:
    from rich.markup import escape

    from sru_ner.adding.preview import show

    for corpus in inspection.corpora:
        console.rule(f"corpus [bold]{corpus.name}[/] ({corpus.source.reader})", align="left")
        show(console, corpus.source, corpus.report, None)
        for note in corpus.notes:
            console.print(escape(note), soft_wrap=True)
    console.rule(align="left")
    for remark in inspection.remarks:
        # The errors are in the message with which the command ends.
        if not remark.is_error:
            console.print(f"[yellow]warning:[/] {escape(remark.problem)}", soft_wrap=True)
            if remark.remedy:
                console.print(f"  → {escape(remark.remedy)}", soft_wrap=True)


def _device() -> str:
    import torch

    from sru_ner.environment.device import torch_device
    from sru_ner.rendering.amounts import counted

    device = torch_device()
    if device.type == "cuda":
        return f"the GPU {torch.cuda.get_device_name(device)}"
    return f"the CPU with {counted(torch.get_num_threads(), 'thread')}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _show_results(results: Sequence[Mapping[str, Any]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from sru_ner.rendering.amounts import counted, percent

    for tested in results:
        table = Table(
            title=f"Test on {tested['tested']}: {counted(tested['documents'], 'document')},"
            " exact mentions, percent",
            title_justify="left",
            box=SIMPLE_HEAD,
        )
        table.add_column("type")
        for heading in ("precision", "recall", "F1", "95 % interval", "mentions"):
            table.add_column(heading, justify="right")
        for row in tested["rows"]:
            known = row["low"] is not None
            interval = f"{percent(row['low'])} to {percent(row['high'])}" if known else "–"
            ratios = (percent(row[name]) for name in ("precision", "recall", "f1"))
            name = row["type"] or "[bold]all types[/]"
            table.add_row(name, *ratios, interval, f"{row['gold']:,}")
        Console(highlight=False).print(table)


def _say_what_is_next(console: "Console", request: "Request") -> None:
    page = request.layout.evaluation_report / "index.html"
    for line in (
        f"The model is in {request.output}. It holds no text of the corpora.",
        f"The page with all figures and errors in their sentences: {page}",
        "Next:",
        f"  sru-ner annotate FILE --model {request.output}",
        f"  sru-ner serve {request.output}",
        "  sru-ner init PROJECT    # a project for several models, compared",
    ):
        console.print(line, soft_wrap=True, markup=False)
