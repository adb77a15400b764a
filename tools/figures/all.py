"""All figures, by the name of their file in docs/images/."""

from pathlib import Path

from tools.figures import fair_tests, method, pipeline

FOLDER = Path(__file__).resolve().parents[2] / "docs/images"


def figures() -> dict[str, str]:
    """Return the SVG of each figure; the same code gives the same bytes."""
    return {
        "architecture.svg": method.architecture().svg(),
        "steps.svg": method.steps().svg(),
        "open-actions.svg": method.open_actions().svg(),
        "leakage.svg": fair_tests.leakage().svg(),
        "intervals.svg": fair_tests.intervals().svg(),
        "stages.svg": pipeline.stages().svg(),
        "data.svg": pipeline.data().svg(),
    }
