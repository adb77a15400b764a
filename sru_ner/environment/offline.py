"""The switch that keeps everything here off the network."""

import os

OFFLINE = "SRU_NER_OFFLINE"
"""Environment variable; set to 1, the network is never touched."""


def is_offline() -> bool:
    """Whether the network may not be touched."""
    return os.environ.get(OFFLINE) == "1"
