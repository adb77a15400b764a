"""Moves the alias `champion`, and keeps the history of what was decided about versions.

The history is in tags of the registered model, one tag for each decision, so it is in the store,
and two people who decide at the same time do not overwrite each other. Whoever moves the alias in
MLflow's web interface or with its client is respected: the next decision here notes the move, and a
rollback goes back to what was there before it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from sru_ner.errors import InputError
from sru_ner.registry.records import VersionRecord, registered_model

CHAMPION = "champion"
"""Alias of the version in use."""
DECISION_TAG = "review.decision"
"""Tag of a version: the last decision about it."""

_EVENT = "review.history."
Action = Literal["promoted", "rejected", "rolled back", "set elsewhere"]
_OUTCOMES: dict[Action, tuple[str, str | None]] = {
    "promoted": ("promoted", "replaced"),
    "rejected": ("rejected", None),
    "rolled back": ("promoted again", "taken back"),
}
"""Action → value of `DECISION_TAG` for its version, and for the champion before."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a version, by whom and why."""

    action: Action
    version: str | None
    """The rejected version, or the champion from then on; None if the alias was removed."""
    before: str | None
    """The champion until then."""
    by: str
    because: str = ""
    despite: tuple[str, ...] = ()
    """Gates that were not passed."""
    at: str = ""
    """Time in UTC, as in ISO 8601."""


def champion_version(client: MlflowClient, name: str) -> str | None:
    """Return the version with the alias `champion`; raises `UnknownNameError` for no such model."""
    found = registered_model(client, name).aliases.get(CHAMPION)
    return None if found is None else str(found)


def read_history(client: MlflowClient, name: str) -> list[Decision]:
    """Return the decisions about the versions of a model, the first one first.

    Raises `UnknownNameError` for no such model.
    """
    tags = registered_model(client, name).tags
    found = [json.loads(tags[key]) for key in sorted(tags) if key.startswith(_EVENT)]
    return [Decision(**{**each, "despite": tuple(each["despite"])}) for each in found]


def promote(
    client: MlflowClient,
    record: VersionRecord,
    *,
    expected: str | None,
    by: str,
    because: str = "",
    despite: Sequence[str] = (),
) -> Decision:
    """Make a version the champion.

    expected: the champion that the version was compared with. despite: gates that were not passed.
    Raises `InputError` if another version is champion by now, or if this one is it already.
    """
    current = _noted(client, record.name)
    if current == record.version:
        raise InputError(f"{record.title} is the champion already", remedy="there is nothing to do")
    if current != expected:
        raise InputError(
            f"the champion of {record.name} is {current or 'none'} by now, and not"
            f" {expected or 'none'}, with which version {record.version} was compared",
            remedy="run the command again",
        )
    client.set_registered_model_alias(record.name, CHAMPION, record.version)
    decision = Decision("promoted", record.version, current, by, because, tuple(despite))
    return _keep(client, record.name, decision)


def reject(client: MlflowClient, record: VersionRecord, *, by: str, because: str = "") -> Decision:
    """Note that a version is not to become the champion; raises `InputError` if it is that."""
    current = _noted(client, record.name)
    if current == record.version:
        raise InputError(
            f"{record.title} is the champion",
            remedy=f"take it back with `sru-ner review rollback {record.name}`",
        )
    return _keep(client, record.name, Decision("rejected", record.version, current, by, because))


def roll_back(
    client: MlflowClient, name: str, *, version: str | None, by: str, because: str = ""
) -> Decision:
    """Make the champion before the present one the champion again.

    version: the one that is taken back; None means whichever is champion. Versions that were
    deleted meanwhile are passed over. Raises `InputError` if another version is champion, or if
    none was before.
    """
    current = _noted(client, name)
    if version is not None and current != version:
        raise InputError(
            f"the champion of {name} is {current or 'none'}, not {version}",
            remedy="leave out --version, or look at `sru-ner review history`",
        )
    earlier = champions(read_history(client, name))[:-1]
    present = (each for each in reversed(earlier) if each and _exists(client, name, each))
    target = next(present, None)
    if target is None:
        raise InputError(
            f"{name} has no earlier champion",
            remedy=f"promote a version: `sru-ner review promote {name} --version NUMBER`",
        )
    client.set_registered_model_alias(name, CHAMPION, target)
    return _keep(client, name, Decision("rolled back", target, current, by, because))


def _noted(client: MlflowClient, name: str) -> str | None:
    """Return the champion; note in the history if it was set by other means."""
    current = champion_version(client, name)
    known = champions(read_history(client, name))
    if current != (known[-1] if known else None):
        before = known[-1] if known else None
        _write(client, name, Decision("set elsewhere", current, before, by=""))
    return current


def champions(history: Sequence[Decision]) -> list[str | None]:
    """Return the champions one after the other, without those that were taken back."""
    found: list[str | None] = []
    for decision in history:
        if decision.action == "rolled back":
            while found and found[-1] != decision.version:
                found.pop()
        elif decision.action != "rejected":
            found.append(decision.version)
    return found


def _keep(client: MlflowClient, name: str, decision: Decision) -> Decision:
    """Write a decision into the history and into the tags of the versions that it is about."""
    decision = _write(client, name, decision)
    outcome, of_before = _OUTCOMES[decision.action]
    for version, tag in ((decision.version, outcome), (decision.before, of_before)):
        if version is None or tag is None or not _exists(client, name, version):
            continue
        for key, value in {
            DECISION_TAG: tag,
            "review.by": decision.by,
            "review.at": decision.at,
            "review.because": decision.because,
            "review.despite": ", ".join(decision.despite),
        }.items():
            client.set_model_version_tag(name, version, key, value)
    return decision


def _write(client: MlflowClient, name: str, decision: Decision) -> Decision:
    # A key may hold no plus sign, with which Python writes the time zone.
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    decision = Decision(**{**asdict(decision), "at": now})
    client.set_registered_model_tag(name, f"{_EVENT}{now}", json.dumps(asdict(decision)))
    return decision


def _exists(client: MlflowClient, name: str, version: str) -> bool:
    try:
        found: ModelVersion = client.get_model_version(name, version)
    except MlflowException:
        return False
    return str(found.version) == version
