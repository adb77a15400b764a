from sru_ner.adding.pieces import pieces_notes


def test_the_first_mentions_in_pieces_are_quoted_once():
    (note,) = pieces_notes(["left ventricle", "left ventricle", "a\nb", "never shown"])
    assert note.startswith("4 mentions in pieces")
    assert ": 'left ventricle', 'a b'. Choose" in note
    assert "never shown" not in note
    assert "1 mention in pieces, with words between them, is refused" in pieces_notes(["a b"])[0]
    assert pieces_notes([]) == []
