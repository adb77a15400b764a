"""Where the stages leave their files, relative to the project's root; `dvc.yaml` says the same."""

from dataclasses import dataclass
from pathlib import Path

RAW = Path("data/raw")
"""`<source>/`: what was downloaded or generated, as it came."""
HARMONIZED = Path("data/harmonized")
"""`<table>/source=<name>/split=<split>/part-0.parquet`."""
TOKENIZED = Path("data/tokenized")
"""`<source>-<key>.arrow`: training sequences; a cache, which may be removed at any time."""
HARMONIZE_REPORTS = Path("reports/harmonize")
"""`<source>.json`: counts, refusals by reason."""

DATA_REPORT = Path("reports/data")
"""Report on all harmonised sources; its page quotes them, so git never sees it."""


@dataclass(frozen=True, slots=True)
class SuiteLayout:
    """Paths of one suite's outputs."""

    suite: str

    def manifest(self, name: str) -> Path:
        """What an experiment learns from, or (`tested`) what all are tested on, with digests."""
        return Path("data/manifests", self.suite, f"{name}.json")

    @property
    def leakage(self) -> Path:
        """Folder of the tables of documents that are in training and in test data."""
        return Path("data/leakage", self.suite)

    @property
    def leakage_report(self) -> Path:
        """Folder of their summary, without corpus text."""
        return Path("reports", self.suite, "leakage")

    def model(self, experiment: str) -> Path:
        """Folder in Hugging Face form."""
        return Path("models", self.suite, experiment)

    def checkpoints(self, experiment: str) -> Path:
        """Folder of an interrupted training; gone when it ends well."""
        return Path("checkpoints", self.suite, experiment)

    def decisions(self, experiment: str | None = None) -> Path:
        """Table of gold and predicted mentions of one experiment, or the folder of all."""
        folder = Path("data/decisions", self.suite)
        return folder if experiment is None else folder / f"{experiment}.parquet"

    def dev_decisions(self, experiment: str | None = None) -> Path:
        """The same on the dev split of its own sources; without a row if no threshold is tuned."""
        folder = self.decisions() / "dev"
        return folder if experiment is None else folder / f"{experiment}.parquet"

    def training_report(self, experiment: str) -> Path:
        """Folder with `metrics.json`, `curves.csv` and `curves.png`."""
        return Path("reports", self.suite, "training", experiment)

    @property
    def evaluation_report(self) -> Path:
        """Folder of all figures, without corpus text, and the page, which git never sees."""
        return Path("reports", self.suite, "evaluation")

    @property
    def evaluation_data(self) -> Path:
        """Folder of what the page quotes; it holds corpus text, so git never sees it."""
        return Path("data/evaluation", self.suite)

    @property
    def assessment_data(self) -> Path:
        """Folder of the sample for human assessment; quotes the corpora, so git never sees it."""
        return Path("data/assessment", self.suite)

    @property
    def assessment_report(self) -> Path:
        """Folder with the sizes of the sample's strata, without corpus text."""
        return Path("reports", self.suite, "assessment")

    @property
    def registration_report(self) -> Path:
        """What was logged and registered."""
        return Path("reports", self.suite, "registration.json")

    @property
    def runs_page(self) -> Path:
        """Page with an address for each of them; the page of the evaluation names it."""
        return Path("reports", self.suite, "runs.html")
