"""Time and peak memory of harmonising all corpora of the mirror."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.material import mirrored_sources
from bench.report import Row, at_most, shown
from bench.timing import in_fresh_process, megabytes, peak_memory, timed
from sru_ner.corpora.addresses import MIRROR
from sru_ner.corpora.catalog import find_source
from sru_ner.corpora.fetch import fetch_source
from sru_ner.corpora.source import Source
from sru_ner.errors import SruNerError
from sru_ner.harmonize.pipeline import harmonize_source
from sru_ner.settings.sections import HarmonizeSettings


def measure(scratch: Path, sources: Sequence[Source] | None = None) -> Iterator[Row]:
    """Measure time and peak memory of harmonising `sources`.

    None takes all sources whose files the mirror has. Raises `SruNerError` if there are none.
    """
    if sources is None:
        sources = mirrored_sources()
    if not sources:
        raise SruNerError(
            f"there is no corpus to harmonise: {MIRROR} is {os.environ.get(MIRROR) or 'not set'}",
            remedy="set it to a folder with copies of the corpus files at <host>/<path>",
        )
    raw = scratch / "raw"
    copying = timed(lambda: [fetch_source(source, raw) for source in sources])[0]
    names = [source.name for source in sources]
    seconds, peak, sentences, mentions = in_fresh_process(_harmonize, names, scratch)
    detail = (
        f"{len(names)} corpora, {sentences:,} sentences, {mentions:,} mentions; one run in a fresh"
        f" process, one corpus after the other; copying and checking the files before it"
        f" {copying:.1f} s"
    )
    yield at_most("data preparation, all corpora of the mirror", seconds, 90, "s", detail)
    yield shown(
        "data preparation, peak memory", peak / 1e6, "MB", f"{megabytes(peak)} of the same run"
    )


def _harmonize(names: Sequence[str], folder: Path) -> tuple[float, int, int, int]:
    """Harmonise some sources: the seconds, the peak bytes, the sentences and the mentions."""
    settings = HarmonizeSettings.model_validate({})
    output, reports = folder / "harmonized", folder / "reports"

    def work() -> list[dict]:
        return [
            harmonize_source(find_source(name), folder / "raw", output, reports, settings)
            for name in names
        ]

    with peak_memory() as peak:
        seconds, found = timed(work)
    splits = [counts for report in found for counts in report["splits"].values()]
    sentences = sum(counts["sentences"] for counts in splits)
    return seconds, peak.bytes, sentences, sum(counts["mentions"]["kept"] for counts in splits)
