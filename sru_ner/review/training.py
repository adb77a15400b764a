"""What a version was trained on and how, and what of it differs from another version."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sru_ner.corpora.catalog import load_catalog
from sru_ner.files import read_json
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.labels import type_name
from sru_ner.registry.records import VersionRecord

_DVC = "dvc."


@dataclass(frozen=True, slots=True)
class LearnedSource:
    """A corpus that a version learned from."""

    name: str
    title: str
    licence: str
    types: tuple[str, ...]
    """Types that its annotators marked, for the model."""
    data: str
    """Name of the data set and start of the digest of its tables; empty if not known."""
    tables: Mapping[str, str]
    """Path of each table → its MD5 in `dvc.lock`."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that differs between two versions."""

    what: str
    before: str
    after: str


def learned_sources(record: VersionRecord, model: Path) -> tuple[LearnedSource, ...]:
    """List the corpora of a version, by name.

    model: its folder in Hugging Face form. A corpus that is in no catalog here has no title and no
    licence.
    """
    config = read_json(model / "config.json", remedy="register the model again")
    catalog = load_catalog()
    data = {
        name.partition(".")[0]: f"{name} {digest[:12]}"
        for (context, name), digest in record.datasets.items()
        if context == "training"
    }
    tables = {k.removeprefix(_DVC): v for k, v in record.run_tags.items() if k.startswith(_DVC)}
    return tuple(
        LearnedSource(
            name=name,
            title=catalog[name].title if name in catalog else name,
            licence=catalog[name].licence if name in catalog else "not in the catalog",
            types=tuple(sorted({type_name(label) for label in labels})),
            data=data.get(name, ""),
            tables={k: v for k, v in sorted(tables.items()) if k.rpartition("/")[2] == name},
        )
        for name, labels in sorted(SruNerConfig.from_dict(config).inventories.items())
    )


def made_by(record: VersionRecord, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return how a version was made, in words: heading → value.

    facts: content of its `training.json`.
    """
    environment = facts.get("environment", {})
    commit = record.run_tags.get("git_commit") or record.tags.get("git_commit", "")
    dirty = record.run_tags.get("git_dirty") == "true"
    found = {
        "suite": record.run_tags.get("suite") or record.tags.get("suite", ""),
        "experiment": record.run_tags.get("experiment") or record.tags.get("experiment", ""),
        "git commit": commit[:12] + (" with uncommitted changes" if commit and dirty else ""),
        "encoder": record.params.get("encoder", ""),
        "trained on": str(environment.get("device", "")),
        "model": record.tags.get("model_digest", "")[:12],
    }
    return {heading: value for heading, value in found.items() if value}


def changes(before: VersionRecord, after: VersionRecord) -> tuple[Change, ...]:
    """List what differs between two versions: settings, data and commit, in this order."""
    return tuple(_differing(_described(before), _described(after)))


def _described(record: VersionRecord) -> dict[str, str]:
    """Return everything of a version that may differ, as text."""
    data = {
        f"{context} data {name}": digest[:12]
        for (context, name), digest in sorted(record.datasets.items())
    }
    commit = {"git commit": record.run_tags.get("git_commit", "")[:12]}
    return {**dict(sorted(record.params.items())), **data, **commit}


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        one, other = before.get(name, ""), after.get(name, "")
        if one != other:
            yield Change(name, one or "–", other or "–")
