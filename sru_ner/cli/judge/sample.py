"""`sru-ner judge sample`: draw a sample from a model's predictions on any texts."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.cli.options import MODEL_HELP


def sample(
    inputs: Annotated[
        list[str],
        typer.Argument(help="Texts: files, folders or globs, as for annotate.", metavar="INPUT"),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder of the sample; an old one is replaced.")
    ],
    model: Annotated[
        list[str] | None,
        typer.Option(help=f"{MODEL_HELP}. Several may be given.", show_default=False),
    ] = None,
    types: Annotated[
        str | None,
        typer.Option(help="Draw only these types: Disease,Chemical", show_default=False),
    ] = None,
    items: Annotated[int, typer.Option(help="Number of items, at most.", min=1)] = 200,
    assessors: Annotated[int, typer.Option(help="People who judge.", min=1, max=100)] = 2,
    shared: Annotated[
        float, typer.Option(help="Share of items that all of them judge.", min=0, max=1)
    ] = 0.3,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 42,
    known: Annotated[
        list[str] | None,
        typer.Option(
            help="Harmonised corpus that the models learned from: mentions in it are not new.",
            show_default=False,
        ),
    ] = None,
    guidelines: Annotated[
        Path | None,
        typer.Option(help="Text file with guidelines, which the pages show.", show_default=False),
    ] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, …")] = None,
) -> None:
    """Draw predictions of one or several models on your texts, for people to judge.

    Each assessor gets a folder with a page to judge on, a score sheet, and files for annotation
    tools. None of these names a model or a score; `key.parquet` does, so keep it to yourself.
    """
    from sru_ner.assessment.own_texts import candidates_of
    from sru_ner.assessment.report import check_folder, write_sample, write_summary
    from sru_ner.assessment.sample import draw_sample, per_stratum_for, sizes_of
    from sru_ner.cli.options import named_or_default
    from sru_ner.errors import InputError
    from sru_ner.files import read_text
    from sru_ner.rendering.amounts import counted

    check_folder(output)
    models = model or [named_or_default(None)]
    text = read_text(guidelines, remedy="name a text file") if guidelines else ""
    candidates = candidates_of(
        inputs,
        models,
        types=None if types is None else [name.strip() for name in types.split(",")],
        known=known or [],
        output=output,
        device=device,
        note=lambda line: typer.echo(f"sru-ner: {line}", err=True),
    )
    if not candidates:
        raise InputError(
            "the models find no mention in these texts, so there is nothing to judge",
            remedy="name other texts or models, or leave out --types",
        )
    bands = (0.5, 0.7, 0.9, 1.0)
    each = per_stratum_for(sizes_of(candidates, bands), items)
    drawn = draw_sample(
        candidates, bands=bands, per_stratum=each, seed=seed, assessors=assessors, shared=shared
    )
    write_sample(output, drawn, split=None, guidelines=text)
    named = sorted({candidate.model for candidate in candidates})
    settings = {"suite": output.name, "models": named, "split": None, "seed": seed}
    write_summary(output / "summary", drawn, {**settings, "per_stratum": each, "items": items})
    folders = f"{output}/assessor-1 … {assessors}" if assessors > 1 else f"{output}/assessor-1"
    typer.echo(f"{counted(len(drawn.items), 'item')} to judge: {folders}")
