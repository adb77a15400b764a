"""`sru-ner assess`: draw a sample of predictions for people to judge."""

import typer

from sru_ner.cli.options import ParamsFile


def assess(params_file: ParamsFile = None) -> None:
    """Draw predictions for people to judge, of types that the tested corpora never annotated.

    Each assessor gets a folder with a page to judge on, a score sheet, and files for annotation
    tools. `sru-ner judge import` reads what comes back.
    """
    from sru_ner.assessment.candidates import of_decisions, seen_mentions
    from sru_ner.assessment.report import write_sample, write_summary
    from sru_ner.assessment.sample import draw_sample
    from sru_ner.cli.project_folder import suite_params
    from sru_ner.dataset.corpus import Corpus
    from sru_ner.decisions.table import read_decisions
    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.rendering.amounts import counted

    params = suite_params(params_file)
    layout, settings, split = SuiteLayout(params.suite), params.assess, params.evaluate.split
    models = [settings.experiment, *settings.beside]
    learned = {s for m in models if m in params.experiments for s in params.experiments[m].sources}
    seen = seen_mentions((Corpus(HARMONIZED, name) for name in sorted(learned)), ["train"])
    candidates = [
        candidate
        for model in models
        for candidate in of_decisions(
            read_decisions(layout.decisions(model), split=split, tested=params.evaluate.tested),
            HARMONIZED,
            split,
            wanted=settings.predictions,
            seen=seen,
        )
    ]
    sample = draw_sample(
        candidates,
        bands=settings.score_bands,
        per_stratum=settings.per_stratum,
        seed=settings.seed,
        assessors=settings.assessors,
        shared=settings.shared,
    )
    drawn = settings.model_dump(mode="json", exclude={"experiment", "beside"})
    write_sample(layout.assessment_data, sample, split=split)
    write_summary(
        layout.assessment_report,
        sample,
        {"suite": params.suite, "models": models, "split": split, **drawn},
    )
    if not sample.items:
        typer.echo(
            f"The sample is empty: {', '.join(models)} predicted, within the score bands, no type"
            " outside the inventories of the tested corpora."
        )
    typer.echo(f"{counted(len(sample.items), 'item')} to judge: {layout.assessment_data}")
