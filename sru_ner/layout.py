"""Paths of the files that the stages write, relative to the project's root, as in `dvc.yaml`."""

from dataclasses import dataclass
from pathlib import Path

PROJECT_PARAMS = Path("params.yaml")
"""Parameters of the project: which suite commands take if none is named."""
DATA_PARAMS = Path("data/params.yaml")
"""Parameters of the corpora, which all suites share."""
SUITES = Path("suites")
"""Folder of the suites, each a DVC project of its own: `<suite>/`."""

RAW = Path("data/raw")
"""Folder of the downloaded or generated files of each source, unchanged: `<source>/`."""
CATALOG_ENTRIES = Path("data/catalog")
"""Folder of the catalog entry of each source, on which its stages depend: `<source>.json`."""
HARMONIZED = Path("data/harmonized")
"""Folder of the harmonised tables: `<table>/source=<name>/split=<split>/part-0.parquet`."""
TOKENIZED = Path("data/tokenized")
"""Cache of training sequences, which may be removed at any time: `<source>-<key>.arrow`."""
HARMONIZE_REPORTS = Path("reports/harmonize")
"""Folder of the reports on harmonising, with counts and refusals by reason: `<source>.json`."""

DATA_REPORT = Path("reports/data")
"""Folder of the report on all harmonised sources. Its page quotes them and is not kept in git."""


@dataclass(frozen=True, slots=True)
class SuiteLayout:
    """Paths of the outputs of one suite."""

    suite: str
    root: Path = Path()
    """Folder that the paths are in: the current one, where stages run, or another."""

    @property
    def params(self) -> Path:
        """Parameters of the suite."""
        return Path(self.root, SUITES, self.suite, "params.yaml")

    @property
    def dvc_file(self) -> Path:
        """The suite's `dvc.yaml`, a link to the stages of all suites."""
        return self.params.with_name("dvc.yaml")

    @property
    def harmonized(self) -> Path:
        """Folder of the harmonised tables, which all suites share."""
        return self.root / HARMONIZED

    @property
    def tokenized(self) -> Path:
        """Cache of training sequences, which all suites share."""
        return self.root / TOKENIZED

    def table_digests(self, source: str) -> Path:
        """Digests of the tables of one source, which the stages of the suite depend on."""
        return Path(self.root, "data/tables", self.suite, f"{source}.json")

    def manifest(self, name: str) -> Path:
        """Manifest of an experiment's training data, or for `tested` of the data of all tests."""
        return Path(self.root, "data/manifests", self.suite, f"{name}.json")

    @property
    def leakage(self) -> Path:
        """Folder of the tables of documents that are both in training and in test data."""
        return Path(self.root, "data/leakage", self.suite)

    @property
    def leakage_report(self) -> Path:
        """Folder of the summary of the leakage, without corpus text."""
        return Path(self.root, "reports", self.suite, "leakage")

    def model(self, experiment: str) -> Path:
        """Folder of an experiment's model, in Hugging Face form."""
        return Path(self.root, "models", self.suite, experiment)

    def checkpoints(self, experiment: str) -> Path:
        """Folder of the state of a training, which is removed when the training is complete."""
        return Path(self.root, "checkpoints", self.suite, experiment)

    def decisions(self, experiment: str | None = None) -> Path:
        """Table of gold and predicted mentions of one experiment, or the folder of all tables."""
        folder = Path(self.root, "data/decisions", self.suite)
        return folder if experiment is None else folder / f"{experiment}.parquet"

    def dev_decisions(self, experiment: str | None = None) -> Path:
        """Table of mentions in the dev splits of an experiment's sources, or the folder of all.

        The table is empty if no threshold is tuned.
        """
        folder = self.decisions() / "dev"
        return folder if experiment is None else folder / f"{experiment}.parquet"

    def training_report(self, experiment: str) -> Path:
        """Folder of the report on a training: figures, curves and the machine."""
        return Path(self.root, "reports", self.suite, "training", experiment)

    @property
    def evaluation_report(self) -> Path:
        """Folder of all figures, without corpus text, and of the page, which is not kept in git."""
        return Path(self.root, "reports", self.suite, "evaluation")

    @property
    def evaluation_data(self) -> Path:
        """Folder of what the evaluation's page quotes: corpus text, which is not kept in git."""
        return Path(self.root, "data/evaluation", self.suite)

    @property
    def assessment_data(self) -> Path:
        """Folder of the sample for people to judge: corpus text, which is not kept in git."""
        return Path(self.root, "data/assessment", self.suite)

    @property
    def assessment_report(self) -> Path:
        """Folder of the sizes of the sample's strata, without corpus text."""
        return Path(self.root, "reports", self.suite, "assessment")

    @property
    def verdicts(self) -> Path:
        """Folder of what people judged of the sample: a file of each assessor, from any tool."""
        return Path(self.root, "verdicts", self.suite)

    @property
    def judgements_data(self) -> Path:
        """Folder of all verdicts in one form, and of what is wrong or differs; quotes the texts."""
        return Path(self.root, "data/judgements", self.suite)

    @property
    def judgements_report(self) -> Path:
        """Folder of precision and agreement according to people, without corpus text."""
        return Path(self.root, "reports", self.suite, "judgements")

    @property
    def registration_report(self) -> Path:
        """File that says what was logged to MLflow and registered."""
        return Path(self.root, "reports", self.suite, "registration.json")

    @property
    def registered_report(self) -> Path:
        """File with the models that are registered; the same in every store."""
        return Path(self.root, "reports", self.suite, "registered.json")

    @property
    def runs_page(self) -> Path:
        """Page with a link to each logged run and registered model."""
        return Path(self.root, "reports", self.suite, "runs.html")
