"""Tells people of a run that failed or crashed, through any service that Apprise knows."""

import logging
import os
from typing import Any

import apprise
from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow

NOTIFY = "SRU_NER_NOTIFY"
"""Environment variable: addresses of Apprise, with spaces between. Without it, nobody is told."""
_LONGEST = 2000  # characters of a message

log = logging.getLogger(__name__)


def notify(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Send the name, the state and the message of a run to the addresses in `SRU_NER_NOTIFY`.

    A message that cannot be sent is a warning, and changes nothing for the run.
    """
    addresses = os.environ.get(NOTIFY, "").split()
    if not addresses:
        return
    services = apprise.Apprise()
    known = [services.add(address) for address in addresses]
    body = (state.message or "")[:_LONGEST] or "no message"
    if not services.notify(title=f"{flow_run.name}: {state.name}", body=body) or not all(known):
        # The addresses hold keys, so they are not shown.
        log.warning("A message about %s could not be sent; look at %s.", flow_run.name, NOTIFY)
