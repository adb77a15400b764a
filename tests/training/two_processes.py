"""Run by torchrun in `test_processes`, in a folder with parameters and harmonised tables."""

from pathlib import Path

from test_processes import interrupted

from sru_ner.cli.train import train
from sru_ner.dataset.corpus import Corpus
from sru_ner.layout import HARMONIZED
from sru_ner.settings.params import load_params

PARAMS = Path("suites/processes/params.yaml")


if __name__ == "__main__":
    for name in ("two", "parts", "idle", "one_then_two"):
        train(name, PARAMS)
    last = "two_then_one"
    settings = load_params(PARAMS).experiment(last)
    corpora = {source: Corpus(HARMONIZED, source) for source in settings.sources}
    interrupted(last, settings, corpora, step=32)
