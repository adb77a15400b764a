"""What of each tested corpus each model has learned from, and what was done about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sru_ner.leakage.pairs import Contamination, Leakage
from sru_ner.settings import LeakageTreatment, Params

MARK = "†"
"""Stands before the number of documents in a marked cell."""

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


@dataclass(frozen=True, slots=True)
class Contaminations:
    """All cells of a matrix."""

    treatment: LeakageTreatment = "mark"
    cells: Mapping[tuple[str, str], Contamination] = field(default_factory=dict)
    """By (model, tested corpus)."""

    def count(self, model: str, tested: str) -> int:
        """The number in the mark of a cell; 0 for an unmarked one."""
        found = self.cells.get((model, tested))
        if found is None:
            return 0
        return found.learned if self.treatment == "drop_train" else len(found.tested)

    def mark(self, model: str, tested: str) -> str:
        """The mark of a cell, empty where nothing overlaps."""
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
        return NOTES[self.treatment] if any(self.count(*cell) for cell in self.cells) else ""

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
    split = params.evaluate.split
    return Contaminations(
        params.evaluate.leakage,
        {
            (name, tested): leakage.contamination(experiment.sources, tested, split)
            for name, experiment in params.experiments.items()
            for tested in params.evaluate.tested
        },
    )
