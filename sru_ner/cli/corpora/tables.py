"""`sru-ner corpora tables`: the digests of a corpus's tables, on which suites depend."""

from typing import Annotated

import typer

from sru_ner.cli.options import ParamsFile


def tables(
    name: Annotated[str, typer.Argument(help="Corpus of the suite.")],
    params_file: ParamsFile = None,
) -> None:
    """Write the digests of a corpus's tables, so that a suite depends on its own corpora only."""
    from sru_ner.cli.project_folder import suite_params
    from sru_ner.dataset.corpus import Corpus
    from sru_ner.errors import UnknownNameError
    from sru_ner.files import write_json
    from sru_ner.layout import SuiteLayout

    params = suite_params(params_file)
    if name not in params.corpora:
        raise UnknownNameError("corpus", name, params.corpora)
    layout = SuiteLayout(params.suite)
    target = layout.table_digests(name)
    write_json(target, Corpus(layout.harmonized, name).digests())
    typer.echo(f"{name}: {target}")
