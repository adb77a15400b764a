"""`sru-ner assess`: draw a sample of predictions for people to judge."""

import typer

from sru_ner.cli.options import ParamsFile


def assess(params_file: ParamsFile = None) -> None:
    """Draw predictions of types that the tested corpora never annotated, for people to judge."""
    from sru_ner.assessment.report import write_sample, write_summary
    from sru_ner.assessment.sample import draw_sample, in_sentences
    from sru_ner.cli.project_folder import suite_params
    from sru_ner.dataset.corpus import Corpus
    from sru_ner.decisions.table import read_decisions
    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.rendering.amounts import counted

    params = suite_params(params_file)
    layout = SuiteLayout(params.suite)
    split = params.evaluate.split
    decisions = read_decisions(
        layout.decisions(params.assess.experiment), split=split, tested=params.evaluate.tested
    )
    sample = draw_sample(
        decisions,
        bands=params.assess.score_bands,
        per_stratum=params.assess.per_stratum,
        seed=params.assess.seed,
    )
    drawn_on = sorted({mention.tested for mention in sample.mentions})
    texts = (
        sentence
        for tested in drawn_on
        for sentence in Corpus(HARMONIZED, tested).split(split).sentences()
    )
    sentences = in_sentences(sample, decisions, texts)
    write_sample(layout.assessment_data, sample, sentences, params)
    write_summary(layout.assessment_report, sample, params)
    if not sample.mentions:
        typer.echo(
            f"The sample is empty: {params.assess.experiment} predicted, within the score bands, no"
            " type outside the inventories of the tested corpora."
        )
    typer.echo(
        f"{counted(len(sample.mentions), 'mention')} in {counted(len(sentences), 'sentence')}:"
        f" {layout.assessment_data / 'index.html'}"
    )
