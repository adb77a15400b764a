"""Overlap between the tested corpora and what each model learned from, and how it is treated."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sru_ner.leakage.pairs import Contamination, Leakage
from sru_ner.settings.params import Params
from sru_ner.settings.sections import LeakageTreatment

MARK = "†"
"""Sign before the number of documents in a figure from which the model learned."""
LEFT_OUT = "‡"
"""Sign before the number of overlapping documents that were left out of figure or training."""
UNKNOWN = f"{MARK} ?"
"""Mark of a cell of a tool whose training documents are not known."""

NOTES: dict[LeakageTreatment, str] = {
    "mark": (
        f"{MARK} n: n documents of the tested corpus overlap with documents that the model learned"
        " from. They are in the figure."
    ),
    "drop_test": (
        f"{LEFT_OUT} n: n documents of the tested corpus overlap with documents that the model"
        " learned from. They are left out of the figure, so figures of one column are over"
        " different documents. Where no document is left, there is no figure."
    ),
    "drop_train": (
        f"{LEFT_OUT} n: n documents of the model's sources overlap with documents of the tested"
        " corpus. The model did not learn from them."
    ),
}
"""Explanation of the mark, by treatment."""
UNKNOWN_NOTE = (
    f"{UNKNOWN}: it is not known what the tool learned from. It may have learned from documents of"
    " the tested corpus."
)


@dataclass(frozen=True, slots=True)
class Contaminations:
    """Overlap of learned and tested documents in all cells of a matrix."""

    treatment: LeakageTreatment = "mark"
    cells: Mapping[tuple[str, str], Contamination] = field(default_factory=dict)
    """Overlap of each (model, tested corpus)."""
    tools: frozenset[str] = frozenset()
    """Models that were not trained here: no document was excluded from their training data."""
    unknown: frozenset[tuple[str, str]] = frozenset()
    """Cells (model, tested corpus) of tools whose training documents are not known."""

    def count(self, model: str, tested: str) -> int:
        """Return the number in the mark of a cell; 0 for an unmarked cell."""
        found = self.cells.get((model, tested))
        if found is None:
            return 0
        return found.learned if self._treatment(model) == "drop_train" else len(found.tested)

    def mark(self, model: str, tested: str) -> str:
        """Return the mark of a cell; empty where nothing overlaps."""
        if (model, tested) in self.unknown:
            return UNKNOWN
        count = self.count(model, tested)
        sign = MARK if self._treatment(model) == "mark" else LEFT_OUT
        return f"{sign} {count:,}" if count else ""

    def left_out(self, model: str, tested: str) -> frozenset[str]:
        """Return the documents of a tested corpus that are not scored for a model."""
        found = self.cells.get((model, tested))
        return found.tested if found and self.treatment == "drop_test" else frozenset()

    def why_no_figure(self, model: str, tested: str) -> str:
        """Return a sentence that says why a cell has no figure."""
        found = self.cells.get((model, tested))
        if found and len(self.left_out(model, tested)) == found.documents:
            return f"{model} has learned from all documents of {tested}."
        return f"{model} knows no type of {tested}, or was not run on it."

    @property
    def note(self) -> str:
        """Explanation of the marks; empty if no cell is marked."""
        marked = {model for model, tested in self.cells if self.count(model, tested)}
        others = {model for model in marked if self._treatment(model) != self.treatment}
        parts = [NOTES[self.treatment]] if marked - others else []
        if others:
            parts.append(f"For {', '.join(sorted(others))}: {NOTES['mark']}")
        if self.unknown:
            parts.append(UNKNOWN_NOTE)
        return " ".join(parts)

    def _treatment(self, model: str) -> LeakageTreatment:
        return "mark" if self.treatment == "drop_train" and model in self.tools else self.treatment

    def figures(self, model: str, tested: str) -> dict[str, int]:
        """Return the numbers of a cell, for files that programs read; empty if not compared."""
        found = self.cells.get((model, tested))
        if found is None:
            return {}
        return {
            "tested_documents": found.documents,
            "overlapping_documents": len(found.tested),
            "overlapping_learned_documents": found.learned,
        }


NONE_KNOWN = Contaminations()
"""Overlap that was not looked for: no cell is marked."""


def find_contamination(leakage: Leakage, params: Params) -> Contaminations:
    """Look up every model's sources against every tested corpus; raises what `Leakage` raises."""
    split, tools = params.evaluate.split, params.evaluate.predictions
    learned: dict[str, tuple[str, ...] | None] = {
        **{name: experiment.sources for name, experiment in params.experiments.items()},
        **{name: tool.sources for name, tool in tools.items()},
    }
    return Contaminations(
        params.evaluate.leakage,
        {
            (name, tested): leakage.contamination(sources, tested, split)
            for name, sources in learned.items()
            if sources is not None
            for tested in params.evaluate.tested
        },
        tools=frozenset(tools),
        unknown=frozenset(
            (name, tested)
            for name, tool in tools.items()
            if tool.sources is None
            for tested in tool.files
        ),
    )
