"""Line ends that separate sentences, and those that wrap a line."""

import pytest

from sru_ner.text.line_ends import find_line_ends

WIDE = "Long lines like this one show at what width a text was wrapped, and\nhere it goes on."


def separating(text):
    """Return the words that begin a sentence on a line of their own."""
    return [
        text[line.next :].split()[0]
        for line in find_line_ends(text, caseless=text == text.lower())
        if line.separates(text, 0, caseless=text == text.lower())
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Methods\nCells grew", ["Cells"]),
        ("Methods\r\nCells grew\rMore", ["Cells", "More"]),
        ("Methods\u2028Cells\x85More", ["Cells", "More"]),
        ("Rats\nsat", []),
        ("Rats\n\nsat", ["sat"]),
        ("Rats\n- sat\n• ate", ["-", "•"]),
        ("The\nDNA", []),
        ("Rats,\nDogs", []),
        ("interleukin-\nTwo", []),
        ("Rats sat.\nDogs", ["Dogs"]),
        ("Rats ran.\ndogs ate", ["dogs"]),
        ("See Fig.\n2 for rats", []),
        ("Uronema sp.\nnov. was", []),
        ("Given p.o.\nLasix", ["Lasix"]),
        ("It had E.\ncoli", []),
        ("Dose\n5 mg", ["5"]),
        ("Dose\n(5 mg)", ["(5"]),
        ("Dose\n= 5 mg", []),
        ("\n\nRats\nsat\n\n", []),
        ("rats\nmice", ["mice"]),
    ],
)
def test_line_ends(text, words):
    assert separating(text) == words


def test_a_line_of_the_width_of_a_wrapped_text_may_end_before_a_capital():
    full = "Another line of the same text is about as long as the one above\nDNA."
    assert separating(f"{WIDE}\n{full}") == ["Another"]
    assert separating(f"{WIDE}\nA heading\nDNA.") == ["A", "DNA."]
    assert separating(full) == ["DNA."]


def test_short_lines_show_no_width():
    assert separating("Rats and\nmice\nDogs ate\nCows ran") == ["Dogs", "Cows"]
