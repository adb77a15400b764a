"""What of each tested corpus each model has learned from, and what was done about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sru_ner.leakage.pairs import Contamination, Leakage
from sru_ner.settings import LeakageTreatment, Params

MARK = "†"
"""Stands before the number of documents in a marked cell."""
UNKNOWN = f"{MARK} ?"
"""The mark of a cell of a tool of which is not known what it learned from."""

NOTES: dict[LeakageTreatment, str] = {
    "mark": (
        f"{MARK} n: n documents of the tested corpus are, wholly or in part, among those that the"
        " model learned from; they are in the figure."
    ),
    "drop_test": (
        f"{MARK} n: n documents of the tested corpus are, wholly or in part, among those that the"
        " model learned from; they are left out of the figure, so figures of one column are over"
        " different documents; where none is left there is no figure."
    ),
    "drop_train": (
        f"{MARK} n: n documents of the model's sources are, wholly or in part, in the tested"
        " corpus; the model did not learn from them."
    ),
}
"""What the mark says, by treatment."""
UNKNOWN_NOTE = (
    f"{UNKNOWN}: what the tool learned from is not known, so documents of the tested corpus may be"
    " among it."
)


@dataclass(frozen=True, slots=True)
class Contaminations:
    """All cells of a matrix."""

    treatment: LeakageTreatment = "mark"
    cells: Mapping[tuple[str, str], Contamination] = field(default_factory=dict)
    """By (model, tested corpus)."""
    tools: frozenset[str] = frozenset()
    """Models that were not trained here: nothing was held out of what they learned from."""
    unknown: frozenset[tuple[str, str]] = frozenset()
    """Other cells, of tools of which is not known what they learned from."""

    def count(self, model: str, tested: str) -> int:
        """The number in the mark of a cell; 0 for an unmarked one."""
        found = self.cells.get((model, tested))
        if found is None:
            return 0
        return found.learned if self._treatment(model) == "drop_train" else len(found.tested)

    def mark(self, model: str, tested: str) -> str:
        """The mark of a cell, empty where nothing overlaps."""
        if (model, tested) in self.unknown:
            return UNKNOWN
        count = self.count(model, tested)
        return f"{MARK} {count:,}" if count else ""

    def left_out(self, model: str, tested: str) -> frozenset[str]:
        """Documents of a tested corpus that are not scored for a model."""
        found = self.cells.get((model, tested))
        return found.tested if found and self.treatment == "drop_test" else frozenset()

    def why_no_figure(self, model: str, tested: str) -> str:
        """What keeps a cell without a figure from having one."""
        found = self.cells.get((model, tested))
        if found and len(self.left_out(model, tested)) == found.documents:
            return f"{model} has learned from all documents of {tested}"
        return f"{model} knows no type of {tested}, or was not run on it"

    @property
    def note(self) -> str:
        """What the marks say; empty if no cell is marked."""
        marked = {model for model, tested in self.cells if self.count(model, tested)}
        others = {model for model in marked if self._treatment(model) != self.treatment}
        parts = [NOTES[self.treatment]] if marked - others else []
        if others:
            parts.append(f"Of {', '.join(sorted(others))}, {NOTES['mark']}")
        if self.unknown:
            parts.append(UNKNOWN_NOTE)
        return " ".join(parts)

    def _treatment(self, model: str) -> LeakageTreatment:
        return "mark" if self.treatment == "drop_train" and model in self.tools else self.treatment

    def figures(self, model: str, tested: str) -> dict[str, int]:
        """The numbers of one cell, for files that programs read; empty if nothing was compared."""
        found = self.cells.get((model, tested))
        if found is None:
            return {}
        return {
            "tested_documents": found.documents,
            "overlapping_documents": len(found.tested),
            "overlapping_learned_documents": found.learned,
        }


NONE_KNOWN = Contaminations()
"""Where nothing was compared: no cell is marked."""


def find_contamination(leakage: Leakage, params: Params) -> Contaminations:
    """Look up every model's sources against every tested corpus; errors as in `Leakage`."""
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
