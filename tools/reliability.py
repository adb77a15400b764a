"""Write reports/reliability.md from the tests that are marked `fault`.

Run it with `python -m tools.reliability`. A mark says what goes wrong, what happened before it was
looked at, and what happens now. A line of the report is a mark; the test behind it shows it.
"""

import contextlib
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sru_ner.files import write_text
from sru_ner.rendering.markdown import markdown_table

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "reports/reliability.md"
HEAD = """\
# Faults that are survived

Each line is a fault that tests cause on purpose: processes are killed, bits are flipped, disks are
full. `before` is what happened when the fault was first tried. Run all of them with
`pytest -m fault`, and write this page with `python -m tools.reliability`.

"""
_MARK = "mark.fault("


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """A line of the report."""

    file: str
    what: str
    before: str
    now: str
    test: str


class _Collected:
    """Keeps the marks of the tests that pytest collects."""

    def __init__(self) -> None:
        self.faults = Counter[Fault]()

    def pytest_collection_modifyitems(self, items: Sequence[pytest.Item]) -> None:
        """Count the tests of each mark."""
        for item in items:
            for mark in item.iter_markers("fault"):
                file = item.path.relative_to(ROOT).as_posix()
                test = item.name.partition("[")[0]
                self.faults[Fault(file=file, what=mark.args[0], test=test, **mark.kwargs)] += 1


def faults() -> dict[Fault, int]:
    """Return the marked faults with the number of their tests, without running these."""
    files = [
        str(path)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if _MARK in path.read_text(encoding="utf-8")
    ]
    collected = _Collected()
    options = ["--collect-only", "-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT)]
    options.append("--assert=plain")  # no test is run, so none is rewritten
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        status = pytest.main([*options, *files], plugins=[collected])
    if status:
        raise RuntimeError(f"the tests cannot be collected:\n{printed.getvalue()}")
    return dict(sorted(collected.faults.items()))


def page() -> str:
    """Return the page, with a line for each fault."""
    found = faults()
    rows = [
        [fault.what, fault.before, fault.now, f"[{fault.test}](../{fault.file})", str(count)]
        for fault, count in found.items()
    ]
    total = f"There are {len(found)} faults and {sum(found.values())} tests.\n\n"
    return HEAD + total + markdown_table(("fault", "before", "now", "test", "tests"), rows)


if __name__ == "__main__":
    write_text(PAGE, page())
