"""A clock that sums the seconds of stages, one stage at a time."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch


class Stages:
    """Sum the seconds of each stage.

    A stage within another stops the outer one's clock, so that no time counts twice. On a GPU these
    are the times of the host, which does not wait for the GPU.
    """

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._running: list[str] = []
        self._since = 0.0

    def _charge(self) -> None:
        now = time.perf_counter()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Run the clock of a stage during a block."""
        self._charge()
        self._running.append(name)
        try:
            yield
        finally:
            self._charge()
            self._running.pop()

    def go_on_as(self, name: str) -> None:
        """Stop the clock of the innermost stage and start that of another in its place."""
        self._charge()
        if self._running:
            self._running[-1] = name

    def wrapped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a function so that its calls count as a stage."""

        @wraps(function)
        def run(*arguments: Any, **keywords: Any) -> Any:
            with self.stage(name):
                return function(*arguments, **keywords)

        return run

    def patch(self, owner: Any, attribute: str, name: str) -> Any:
        """Make a context in which an attribute of a module, class or object runs as a stage."""
        found = vars(owner).get(attribute, getattr(owner, attribute))
        static = isinstance(found, staticmethod)
        function = self.wrapped(name, getattr(owner, attribute) if static else found)
        return patch.object(owner, attribute, staticmethod(function) if static else function)
