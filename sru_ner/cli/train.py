"""`sru-ner train`: one experiment of `params.yaml`."""

from pathlib import Path
from typing import Annotated

import typer


def train(
    experiment: Annotated[str, typer.Argument(help="Name under `experiments` in the parameters.")],
    params: Annotated[Path, typer.Option(help="Parameter file.")] = Path("params.yaml"),
) -> None:
    """Train one experiment's model on its harmonised sources; resumes if it was interrupted."""
    import os

    from rich.console import Console

    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.settings import load_params

    loaded = load_params(params)
    settings = loaded.experiment(experiment)
    layout = SuiteLayout(loaded.suite)

    from sru_ner.manifests.excluded import learned_corpora
    from sru_ner.training.experiment import train_experiment

    # Of several processes (torchrun) the first one speaks.
    quiet = os.environ.get("RANK", "0") != "0"
    console = Console(stderr=True, highlight=False, quiet=quiet)
    console.print(
        f"training [bold]{experiment}[/] on {', '.join(settings.sources)}"
        f" ({settings.supervision}, {settings.types} types, {settings.encoder})"
    )
    corpora = learned_corpora(layout.manifest(experiment), HARMONIZED, settings.sources)
    figures = train_experiment(experiment, settings, layout, corpora)
    score = f"dev micro F1 {figures['dev_micro_f1']:.1f} " if "dev_micro_f1" in figures else ""
    console.print(
        f"{score}after epoch {figures['best_epoch']}"
        f" of {figures['epochs']}, {figures['seconds']:.0f} s → {layout.model(experiment)}"
    )
