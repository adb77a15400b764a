"""`sru-ner manifests`: the tables that experiments learn from and are tested on, by digest."""

import typer

from sru_ner.cli.options import ParamsFile


def manifests(params_file: ParamsFile = None) -> None:
    """List the tables that each experiment learns from and is tested on, with their digests."""
    from sru_ner.cli.project_folder import suite_params
    from sru_ner.corpora.catalog import find_source
    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.leakage.pairs import read_leakage
    from sru_ner.manifests.manifest import write_manifests
    from sru_ner.rendering.amounts import counted

    params = suite_params(params_file)
    for source in params.corpora:
        find_source(source)
    layout = SuiteLayout(params.suite)
    folder = layout.manifest("tested").parent
    names = write_manifests(folder, HARMONIZED, params, read_leakage(layout.leakage))
    typer.echo(f"Wrote {counted(len(names), 'manifest')} to {folder}.")
