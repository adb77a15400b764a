"""Writes a review as a page that works offline, and as Markdown without corpus text."""

from sru_ner.rendering.markdown import markdown_table
from sru_ner.rendering.pages import render_page
from sru_ner.review.gather import Review
from sru_ner.review.section import Table, against, verdict
from sru_ner.review.sections import sections

TEMPLATE = "review/review.html.j2"


def as_html(review: Review) -> str:
    """Return the page. It quotes the corpora, so their licences apply to it."""
    findings = review.findings
    return render_page(
        TEMPLATE,
        record=findings.candidate.record,
        suite=findings.candidate.suite,
        experiment=findings.candidate.experiment,
        against=against(findings),
        verdict=verdict(findings),
        gates=findings.gates,
        sections=sections(review)[1:],
        examples=review.examples,
        compared=findings.comparison.decisions is not None,
    )


def as_markdown(review: Review) -> str:
    """Return the same without examples, for a pull request, an artifact or a terminal."""
    findings = review.findings
    parts = [
        f"# {findings.candidate.record.title}\n",
        f"Held to {against(findings)}. {verdict(findings)}\n",
    ]
    for section in sections(review):
        parts.append(f"## {section.title}\n")
        parts += [f"{section.text}\n"] if section.text else []
        parts += map(_table, section.tables)
    return "\n".join(parts)


def _table(table: Table) -> str:
    title = f"{table.title}:\n\n" if table.title else ""
    return title + markdown_table(table.headings, table.rows, numbers=table.numbers)
