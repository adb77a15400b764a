"""`sru-ner corpora leakage`: finds documents that are in training and in test data of a suite."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.cli.options import ParamsFile
from sru_ner.layout import HARMONIZED


def leakage(
    params_file: ParamsFile = None,
    harmonized: Annotated[Path, typer.Option(help="Folder of the tables.")] = HARMONIZED,
) -> None:
    """Find documents of a suite that are in training data and in test data of its corpora."""
    from rich.console import Console

    from sru_ner.cli.project_folder import suite_params
    from sru_ner.dataset.corpus import Corpus
    from sru_ner.layout import SuiteLayout
    from sru_ner.leakage.overlap import find_leakage
    from sru_ner.leakage.pairs import write_leakage
    from sru_ner.leakage.summary import write_summary
    from sru_ner.rendering.amounts import counted

    params = suite_params(params_file)
    layout = SuiteLayout(params.suite)
    with Console(stderr=True).status(
        f"comparing {counted(len(params.corpora), 'corpus', 'corpora')}"
    ):
        found = find_leakage(Corpus(harmonized, name) for name in params.corpora)
    write_leakage(layout.leakage, found)
    write_summary(layout.leakage_report, found)
    typer.echo(
        f"{counted(found.pairs.num_rows, 'overlapping pair')} of documents:"
        f" {layout.leakage_report / 'leakage.md'}"
    )
