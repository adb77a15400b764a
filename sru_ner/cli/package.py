"""`sru-ner package`: a model for others, as a folder for the Hugging Face hub or as a wheel."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from sru_ner.cli.options import ModelArgument, named_or_default


def package(
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="Folder to write; with --wheel, the wheel's folder."),
    ],
    model: ModelArgument = None,
    wheel: Annotated[
        bool, typer.Option("--wheel", help="Build a wheel, which pip installs, of the folder.")
    ] = False,
    name: Annotated[
        str | None,
        typer.Option(help="organisation/name on the hub, or a name; default: the folder's name."),
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="Version of the wheel; default: that of sru-ner.")
    ] = None,
    licence: Annotated[
        str | None,
        typer.Option(
            help="Licence of the weights, as the hub calls it: apache-2.0, …; default: that of an"
            " earlier package, or other."
        ),
    ] = None,
    precision: Annotated[
        Literal["fp32", "bf16"],
        typer.Option(help="Precision of the weights in the file; bf16 halves it."),
    ] = "fp32",
    evaluation: Annotated[
        Path | None,
        typer.Option(
            help="Evaluation of the model's suite, for the card; default: that of the project in"
            " which the model is models/SUITE/EXPERIMENT.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    unseen: Annotated[
        Path | None,
        typer.Option(
            help="Evaluation of a suite that leaves out corpora in turn, for the card.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
) -> None:
    """Copy a model into a folder with a model card, or build a wheel; nothing is sent anywhere."""
    import tempfile

    from sru_ner.environment.version import __version__
    from sru_ner.errors import InputError
    from sru_ner.inference.model_reference import model_folder, resolve_model
    from sru_ner.integrations.model_package import package_model
    from sru_ner.integrations.model_wheel import build_wheel, module_name

    if version is not None and not wheel:
        raise InputError("only a wheel has a version", remedy="leave out --version, or add --wheel")
    folder = model_folder(resolve_model(named_or_default(model)))
    evaluation = evaluation or _evaluation_of(folder)

    def write(target: Path, name: str) -> None:
        package_model(
            folder,
            target,
            name=name,
            licence=licence,
            precision=precision,
            evaluation=evaluation,
            unseen=unseen,
        )

    if not wheel:
        name = name or output.resolve().name
        write(output, name)
        typer.echo(f"{output}: read its README.md, then run `hf upload {name} {output}`")
        return
    name = name or folder.resolve().name
    module = module_name(name)  # a wrong name is refused before the weights are copied
    with tempfile.TemporaryDirectory() as workspace:
        write(Path(workspace, "packaged"), name)
        built = build_wheel(
            Path(workspace, "packaged"), output, name=name, version=version or __version__
        )
    typer.echo(f'{built}: run `pip install {built}`, then use Annotator.load("{module}")')


def _evaluation_of(model: Path) -> Path | None:
    """Return the evaluation of the suite that trained a model, if it is in the same project."""
    from sru_ner.layout import SuiteLayout

    places = model.resolve().parts
    if len(places) < 4 or places[-3] != "models":
        return None
    folder = SuiteLayout(places[-2], Path(*places[:-3])).evaluation_report
    return folder if (folder / "matrix.json").is_file() else None
