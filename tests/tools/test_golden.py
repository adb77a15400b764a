"""The model agrees with the numerical cases of an independent implementation, if they are here."""

import os
from pathlib import Path

import pytest

from tools.golden import TOLERANCE, check_folder

MIRROR = Path(os.environ.get("SRU_NER_MIRROR") or Path(__file__).parents[3] / "shared" / "mirror")
GOLDEN = Path(os.environ.get("SRU_NER_GOLDEN") or MIRROR.parent / "golden")


@pytest.mark.skipif(not GOLDEN.is_dir(), reason=f"no numerical cases at {GOLDEN} (SRU_NER_GOLDEN)")
def test_all_golden_cases_hold() -> None:
    results = check_folder(GOLDEN)
    assert len({case for case, _ in results}) >= 7
    above = {key: value for key, value in results.items() if not value <= TOLERANCE}
    assert above == {}
