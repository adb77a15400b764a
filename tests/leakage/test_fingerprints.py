from hypothesis import given
from hypothesis import strategies as st

from sru_ner.leakage.fingerprints import GRAM, SHINGLE, SHORTEST, WINDOW, Letters, letters, shared

# Few letters, so that runs repeat and minima tie.
words = st.text("abcdef", max_size=120)


def test_letters_forget_case_spacing_punctuation_and_compatibility_forms():
    raw = "The β-Catenin (CTNNB1) ﬁnding:\nrose by 5 %"
    tokenised = "the β - catenin ( CTNNB1 ) finding : rose by 5 %"
    assert letters(raw) == letters(tokenised) == "theβcateninctnnb1findingroseby5"


def test_letters_outside_the_basic_plane_are_one_each():
    flat = Letters.of([letters("𝛼" * 3), "𐐨x"])
    assert flat.bounds.tolist() == [0, 3, 5]


@given(words, words, words, words, st.text("abcdef", min_size=SHORTEST, max_size=SHORTEST + 9))
def test_a_common_run_has_a_common_fingerprint(before, after, left, right, run):
    fingerprint, text = Letters.of([before + run + after, left + run + right]).fingerprints()
    assert set(fingerprint[text == 0].tolist()) & set(fingerprint[text == 1].tolist())


@given(st.lists(words, min_size=1, max_size=5))
def test_fingerprints_are_the_smallest_of_every_window(texts):
    fingerprint, text = Letters.of(texts).fingerprints()
    for number, letters_ in enumerate(texts):
        # Hashes of the runs, as a text of its own has them.
        alone, _ = Letters.of([letters_]).fingerprints()
        found = fingerprint[text == number]
        assert found.tolist() == alone.tolist()
        assert len(found) <= max(0, len(letters_) - SHORTEST + 1)
        assert (len(found) > 0) == (len(letters_) >= SHORTEST)
    assert SHORTEST == GRAM + WINDOW - 1


@given(words, words)
def test_shingles_are_the_set_of_runs(one, other):
    def runs(text: str) -> set[str]:
        return {text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1)}

    flat = Letters.of([one, other])
    a, b = flat.shingles(0), flat.shingles(1)
    assert len(a) == len(runs(one))
    assert len(b) == len(runs(other))
    assert shared(a, b) == shared(b, a) == len(runs(one) & runs(other))


def test_hashes_do_not_depend_on_the_process():
    # A change of these numbers makes committed leakage tables stale: raise SCHEMA_VERSION then.
    assert Letters.of(["abcdefgh"]).shingles(0).tolist() == [12173154527802869616]
