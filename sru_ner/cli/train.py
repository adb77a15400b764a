"""`sru-ner train`: train the model of one experiment of `params.yaml`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sru_ner.cli.options import ParamsFile

if TYPE_CHECKING:
    from sru_ner.training.start import StartingModel


def train(
    experiment: Annotated[str, typer.Argument(help="Name under `experiments` in the parameters.")],
    params_file: ParamsFile = None,
    track: Annotated[
        bool, typer.Option(help="Log the training to MLflow as it goes, if MLflow is installed.")
    ] = True,
) -> None:
    """Train one experiment's model on its harmonised sources; resume it if it was interrupted."""
    import os
    from contextlib import ExitStack
    from functools import partial

    from rich.console import Console

    from sru_ner.cli.project_folder import suite_params
    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.manifests.needed_splits import LEARNED_SPLITS, check_splits

    params = suite_params(params_file)
    settings = params.experiment(experiment)
    layout = SuiteLayout(params.suite)

    # Before the libraries of training load, which takes longer than the check.
    check_splits(HARMONIZED, dict.fromkeys(settings.sources, LEARNED_SPLITS))

    from sru_ner.files import read_json
    from sru_ner.manifests.excluded import learned_corpora
    from sru_ner.tracking.live import live_run
    from sru_ner.tracking.live_messages import Beginning
    from sru_ner.training.experiment import train_experiment

    # Loaded first, so that a mistake in it is said at once.
    start, teacher = (
        _load(model) if model else None for model in (settings.start_from, settings.teacher)
    )
    # Of several processes (torchrun) only the first one prints.
    quiet = os.environ.get("RANK", "0") != "0"
    console = Console(stderr=True, highlight=False, quiet=quiet)
    console.print(
        f"Training [bold]{experiment}[/] on {', '.join(settings.sources)}"
        f" ({settings.supervision} supervision, {settings.types} types,"
        f" {settings.start_from or settings.encoder})."
    )
    manifest = layout.manifest(experiment)
    corpora = learned_corpora(manifest, HARMONIZED, settings.sources)
    begin = Beginning(
        root=str(Path.cwd()),
        mlflow_experiment=params.register_.mlflow_experiment,
        suite=params.suite,
        experiment=experiment,
        settings=settings.model_dump(mode="json"),
        data=read_json(manifest, remedy="run `dvc repro manifests`"),
    )
    model = layout.model(experiment)
    with ExitStack() as stack:
        say = partial(console.print, soft_wrap=True)
        callbacks = stack.enter_context(live_run(begin, model, say)) if track else []
        figures = train_experiment(experiment, settings, layout, corpora, start, teacher, callbacks)
    score = f", dev micro F1 {figures['dev_micro_f1']:.1f}" if "dev_micro_f1" in figures else ""
    console.print(
        f"Kept epoch {figures['best_epoch']} of {figures['epochs']}{score}."
        f" Training took {figures['seconds']:.0f} s. The model is in {model}."
    )


def _load(model: str) -> "StartingModel":
    from sru_ner.inference.starting_model import starting_model

    return starting_model(model)
