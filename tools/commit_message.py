"""Check the form of a commit message: `python -m tools.commit_message FILE`, as Git's hook does.

The subject has at most 72 characters, and an empty line separates it from the body.
"""

import sys
from pathlib import Path

LONGEST = 72
"""Largest number of characters of a subject."""
_TO_BE_SQUASHED = ("fixup! ", "squash! ", "amend! ")
"""Beginnings of subjects that Git makes, and that another commit takes in later."""


def faults(message: str) -> list[str]:
    """List what is wrong with a commit message. Lines that begin with # are comments."""
    lines = [line for line in message.splitlines() if not line.startswith("#")]
    while lines and not lines[0].strip():
        del lines[0]
    if not lines:
        return []  # Git itself refuses an empty message
    found = []
    subject = lines[0].rstrip()
    if len(subject) > LONGEST and not subject.startswith(_TO_BE_SQUASHED):
        found.append(
            f"The subject has {len(subject)} characters, {len(subject) - LONGEST} more than the"
            f" {LONGEST} allowed: {subject[:LONGEST]}|{subject[LONGEST:]}"
        )
    if len(lines) > 1 and lines[1].strip():
        found.append(f"The second line must be empty, but it is: {lines[1].strip()}")
    return found


def main(path: str) -> int:
    """Print what is wrong with the message in a file, and return the exit status."""
    found = faults(Path(path).read_text(encoding="utf-8"))
    for fault in found:
        print(fault, file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
