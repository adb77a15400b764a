"""What breaks files, for the tests that no broken file ends in an unforeseen error."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import strategies as st


@pytest.fixture(scope="session")
def mutated() -> Callable[[st.DataObject, Sequence[bytes]], bytes]:
    """Draw a broken version of a file given by its lines: what editors, networks and people do.

    Lines are left out, doubled and swapped, a digit, quotation mark or bracket becomes another
    character, bytes are flipped, and the end is cut off.
    """

    def mutate(data: st.DataObject, lines: Sequence[bytes]) -> bytes:
        kept = list(lines)
        for _ in range(data.draw(st.integers(0, 3))):
            i = data.draw(st.integers(0, len(kept) - 1))
            j = data.draw(st.integers(0, len(kept) - 1))
            kept[i : i + 1] = data.draw(
                st.sampled_from([[], [kept[i], kept[i]], [kept[j]], [kept[i], kept[j]]])
            ) or [b""]
        content = bytearray(b"".join(kept))
        marks = [i for i, byte in enumerate(content) if byte in b'0123456789"<>{}[](),:/&;=']
        for _ in range(data.draw(st.integers(0, 3))):
            if marks:
                content[data.draw(st.sampled_from(marks))] = data.draw(st.sampled_from(b'-9"<{]x '))
        for _ in range(data.draw(st.integers(0, 2))):
            if content:
                i = data.draw(st.integers(0, len(content) - 1))
                content[i] ^= data.draw(st.integers(1, 255))
        whole = data.draw(st.booleans())
        return bytes(content if whole else content[: data.draw(st.integers(0, len(content)))])

    return mutate
