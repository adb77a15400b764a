"""Writes a review into the project, and into the store: page, model card, tags, description."""

from datetime import UTC, datetime
from pathlib import Path

from sru_ner.files import read_json, write_text
from sru_ner.inference.model_thresholds import model_thresholds
from sru_ner.integrations.model_card import model_card
from sru_ner.integrations.model_figures import read_figures
from sru_ner.integrations.model_package import CARD
from sru_ner.model.configuration import SruNerConfig
from sru_ner.registry.client import Client
from sru_ner.registry.description import describe
from sru_ner.registry.published import add_to_model, log_files, set_tags
from sru_ner.registry.store import tracking_uri
from sru_ner.review.comparison import CANDIDATE
from sru_ner.review.gather import Findings, Review, Say, say_nothing
from sru_ner.review.page import as_html, as_markdown
from sru_ner.review.section import against, verdict
from sru_ner.tracking.runs_page import web_url

REVIEWS = Path("reports/review")
"""Folder of the reviews. Their pages quote corpora and are not kept in git."""


def publish(client: Client, review: Review, root: Path, *, say: Say = say_nothing) -> Path:
    """Write the page and the Markdown of a review, log both, and describe the version.

    root: the project's root. say: gets each step in words. Returns the path of the page;
    the Markdown is next to it, with the ending `.md`. The model in the store gets a model card.
    """
    findings = review.findings
    record = findings.candidate.record
    say("writing the review")
    page = root / REVIEWS / f"{record.name}-{record.version}.html"
    write_text(page, as_html(review))
    write_text(page.with_suffix(".md"), as_markdown(review))
    say(f"logging the review with {record.title}")
    places = log_files(client, record, [page, page.with_suffix(".md")])
    add_to_model(client, record, review.model, {CARD: _card(review)})
    set_tags(client, record, key_figures(findings))
    day = datetime.now(UTC).date().isoformat()
    shown = f"{day}, held to {against(findings)}: {verdict(findings)}"
    if page in places:
        shown = f"[Review]({web_url(tracking_uri(root))}/{places[page]}) of {shown}"
    else:
        shown = f"Review of {shown}"
    describe(client, record, "review", shown)
    return page


def key_figures(findings: Findings) -> dict[str, str]:
    """Return the figures that the store shows as tags of the version."""
    found = {"review.against": against(findings), "review.gates": verdict(findings)}
    for tested, difference in findings.comparison.cells.items():
        found[f"review.difference.{tested}"] = f"{difference.value:+.4f}"
        found[f"review.p_adjusted.{tested}"] = f"{difference.p_adjusted:.4f}"
    for tested, error in findings.candidate.calibration.items():
        found[f"review.calibration_error.{tested}"] = f"{error:.4f}"
    if findings.judged is not None:
        found["review.judged_precision"] = f"{findings.judged.precision:.4f}"
    if (speed := findings.speeds.get(CANDIDATE)) is not None:
        found["review.words_per_second"] = f"{speed.words_per_second:.0f}"
        found["review.megabytes"] = f"{speed.megabytes:.1f}"
    return found


def _card(review: Review) -> str:
    """Write the card of the model, with the figures of its evaluation if there are any."""
    candidate = review.findings.candidate
    facts = dict(review.facts)
    if candidate.evaluation is not None and candidate.cells:
        facts["evaluation"] = read_figures(candidate.evaluation, candidate.experiment)
    facts.setdefault("licence", "other")
    config = read_json(review.model / "config.json", remedy="register the model again")
    card = model_card(
        SruNerConfig.from_dict(config),
        facts,
        name=candidate.record.uri,
        thresholds=model_thresholds(review.model),
    )
    return str(card)
