import subprocess
import sys

from tools.reliability import PAGE, ROOT


def test_the_report_has_a_line_for_each_marked_test() -> None:
    # In a process of its own: pytest does not collect within a run of pytest.
    code = "from tools.reliability import page; import sys; sys.stdout.write(page())"
    printed = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    message = "run `python -m tools.reliability`"
    assert printed == PAGE.read_text(encoding="utf-8"), message
    lines = [line for line in printed.splitlines() if "](../tests/" in line]
    assert len(lines) >= 40
