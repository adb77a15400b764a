"""Reads the switch that keeps this package off the network."""

import os

OFFLINE = "SRU_NER_OFFLINE"
"""Environment variable. If it is 1, nothing here uses the network."""


def is_offline() -> bool:
    """Tell whether the network may not be used."""
    return os.environ.get(OFFLINE) == "1"
