"""Sizes of models by name: settings that belong together."""

from collections.abc import Mapping
from typing import Any, Literal

Preset = Literal["tiny", "small", "base"]
"""Name of a size."""

PRESETS: Mapping[Preset, Mapping[str, Any]] = {
    "tiny": {"encoder_layers": 2},
    "small": {},
    "base": {"encoder": "michiyasunaga/BioLinkBERT-base", "encoder_learning_rate": 5e-5},
}
"""Settings of `train` that differ from the defaults, by size. A suite has them as
`conf/train/NAME.yaml`; `small` is the default."""
