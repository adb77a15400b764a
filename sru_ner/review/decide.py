"""Decides about a version: gates first, then the alias, the history and the description."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from sru_ner.errors import InputError, SruNerError
from sru_ner.registry import champion
from sru_ner.registry.champion import CHAMPION, Decision, champion_version
from sru_ner.registry.client import Client
from sru_ner.registry.description import describe
from sru_ner.registry.records import VersionRecord, find_record
from sru_ner.review.gates import Gate, failed
from sru_ner.review.gather import Say, gather_findings, say_nothing
from sru_ner.settings.sections import ReviewSettings


class GatesNotPassedError(SruNerError):
    """Raised for a version that does not pass its gates, unless it is promoted despite them."""

    def __init__(self, record: VersionRecord, gates: Sequence[Gate]) -> None:
        """gates: those that it does not pass."""
        names = ", ".join(gate.name for gate in gates)
        super().__init__(
            f"{record.title} does not pass: {names}",
            remedy="reject it, or promote it with --despite-gates and --because",
        )
        self.gates = tuple(gates)


def other_version(
    client: Client, record: VersionRecord, against: str = CHAMPION
) -> VersionRecord | None:
    """Find the version that another one is held to.

    against: an alias or a number. Returns None if there is no champion, or if the version is the
    champion itself. Raises `UnknownNameError` for another alias or number that does not exist.
    """
    if against == CHAMPION and champion_version(client, record.name) in (None, record.version):
        return None
    return find_record(client, record.name, against)


def promote(
    client: Client,
    settings: ReviewSettings,
    root: Path,
    record: VersionRecord,
    *,
    by: str,
    because: str = "",
    despite_gates: bool = False,
    say: Say = say_nothing,
) -> Decision:
    """Make a version the champion if it passes its gates against the present one.

    root: the project's root. despite_gates: promote it anyway; the gates are kept in the history.
    say: gets each step in words. Raises `GatesNotPassedError`, and `InputError` if the champion
    changes meanwhile, or if there is no reason for passing over the gates.
    """
    if despite_gates and not because.strip():
        raise InputError("there is no reason for passing over the gates", remedy="add --because")
    held_to = other_version(client, record)
    with tempfile.TemporaryDirectory() as workspace:
        findings = gather_findings(settings, root, record, held_to, Path(workspace), say=say)
    open_ = failed(findings.gates)
    if open_ and not despite_gates:
        raise GatesNotPassedError(record, open_)
    decision = champion.promote(
        client,
        record,
        expected=None if held_to is None else held_to.version,
        by=by,
        because=because,
        despite=[f"{gate.name}: {gate.found}" for gate in open_],
    )
    _describe(client, record, decision)
    return decision


def reject(client: Client, record: VersionRecord, *, by: str, because: str = "") -> Decision:
    """Note that a version is not to become the champion; errors as in `champion.reject`."""
    decision = champion.reject(client, record, by=by, because=because)
    _describe(client, record, decision)
    return decision


def roll_back(
    client: Client, name: str, *, version: str | None, by: str, because: str = ""
) -> Decision:
    """Go back to the champion before; arguments and errors as in `champion.roll_back`."""
    decision = champion.roll_back(client, name, version=version, by=by, because=because)
    _describe(client, find_record(client, name, decision.version), decision)
    if decision.before is not None:
        _describe(client, find_record(client, name, decision.before), decision)
    return decision


def in_words(decision: Decision) -> str:
    """Return a decision as a sentence."""
    subject = f"Version {decision.version}" if decision.version else "No version"
    what = {
        "promoted": "was promoted to champion",
        "rejected": "was rejected",
        "rolled back": "is champion again",
        "set elsewhere": "was made champion by other means",
    }[decision.action]
    instead = f" instead of version {decision.before}" if decision.before else ""
    if decision.action == "rejected":
        instead = ""
    who = f" by {decision.by}" if decision.by else ""
    why = f": {decision.because}" if decision.because else ""
    gates = f" Not passed: {'; '.join(decision.despite)}." if decision.despite else ""
    return f"{subject} {what}{instead}{who} on {decision.at[:10]}{why.rstrip('.')}.{gates}"


def _describe(client: Client, record: VersionRecord, decision: Decision) -> None:
    describe(client, record, "decision", in_words(decision))
