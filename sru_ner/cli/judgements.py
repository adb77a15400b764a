"""`sru-ner judgements`: precision and agreement from the verdicts on a suite's sample."""

import typer

from sru_ner.cli.options import ParamsFile


def judgements(params_file: ParamsFile = None) -> None:
    """Read the verdicts in verdicts/SUITE/, and report precision and agreement.

    Without verdicts, the report says that all are missing. A file called adjudication settles
    disagreements. What note.md says of the assessors, the report says first. `sru-ner judge
    import` does the same for files anywhere.
    """
    from sru_ner.assessment.import_verdicts import import_verdicts
    from sru_ner.cli.project_folder import suite_params
    from sru_ner.layout import SuiteLayout

    layout = SuiteLayout(suite_params(params_file).suite)
    note = layout.verdicts / "note.md"
    found = import_verdicts(
        layout.assessment_data,
        [layout.verdicts] if layout.verdicts.exists() else [],
        output=layout.judgements_data,
        report=layout.judgements_report,
        title=f"{layout.suite}: verdicts on predictions",
        note=note.read_text(encoding="utf-8").strip() if note.exists() else "",
    )
    for line in found.figures:
        typer.echo(line)
    for line in found.remarks:
        typer.echo(f"sru-ner: {line}", err=True)
