"""Builds the HTTP interface: `/annotate`, `/health`, `/ready`, `/metrics` and `/docs`.

The documentation at `/docs` needs no network. Every refusal is JSON with the reason under `detail`.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from sru_ner.environment.version import __version__
from sru_ner.errors import InputError, SruNerError, UnknownNameError, first_line
from sru_ner.inference.annotator import Annotator
from sru_ner.inference.selection import lowest_scores
from sru_ner.inference.spans import AnnotatedSpan
from sru_ner.rendering.amounts import counted
from sru_ner.serving.batching import Batcher, OverloadedError, weight_of
from sru_ner.serving.body import LimitBody
from sru_ner.serving.lane import Lane, TooSlowError
from sru_ner.serving.limits import Limits
from sru_ner.serving.messages import Answer, Health, Question, Ready, Refusal
from sru_ner.serving.metrics import CountAnswers, Metrics
from sru_ner.serving.refusals import CheckHost


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a request. Requests with equal options are read together."""

    lowest: tuple[tuple[str, float], ...]
    """Types to return, with the lowest score of each."""
    overlaps: str
    """Which mentions that overlap to return."""
    style: str
    """How the labels of a type are merged."""


def create_app(
    annotators: Mapping[str, Annotator],
    limits: Limits | None = None,
    *,
    hosts: Collection[str] = (),
) -> FastAPI:
    """Make the interface to one or more models.

    annotators: models by name; a request that names no model gets the first. limits: None means the
    defaults. hosts: names by which the server may be asked; none means any name. All models share
    one thread because each uses all cores on its own.
    """
    limits = limits or Limits()
    metrics = Metrics()
    lane = Lane(limits.seconds)
    batchers = {
        (name, executor is lane.short): Batcher(
            partial(_spans, annotator),
            executor,
            batch_characters=limits.batch,
            max_waiting=limits.waiting,
            watch=partial(metrics.count_batch, name),
        )
        for name, annotator in annotators.items()
        for executor in (lane.short, lane.long)
    }
    for name, annotator in annotators.items():
        both = (batchers[name, True], batchers[name, False])
        metrics.watch_queue(name, partial(_waiting, both))
        lane.watch(annotator)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        running = [asyncio.create_task(batcher.run()) for batcher in batchers.values()]
        yield
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        lane.shutdown()

    app = FastAPIOffline(
        title="SRU-NER",
        version=__version__,
        description="Biomedical named-entity recognition: nested mentions with exact offsets.",
        lifespan=lifespan,
        redoc_url=None,
    )
    too_large = TooLongError(f"more than {counted(limits.body, 'byte')}", limits.request)
    app.add_middleware(LimitBody, most=limits.body, detail=_one_line(too_large))
    app.add_middleware(CountAnswers, metrics=metrics)
    if hosts:
        app.add_middleware(CheckHost, hosts=hosts)
    app.add_exception_handler(RequestValidationError, _refuse_invalid)
    app.add_exception_handler(SruNerError, _refuse)
    app.add_exception_handler(HTTPException, _refuse_unreadable)

    refusals: dict[int | str, dict[str, Any]] = {
        status: {"model": Refusal} for status in (400, 401, 413, 415, 422, 503)
    }

    @app.post("/annotate", responses=refusals)
    async def annotate(question: Question) -> Answer:
        """Mark the mentions of some texts."""
        name = question.model or next(iter(annotators))
        if name not in annotators:
            raise UnknownNameError("model", name, annotators)
        # A wrong request is refused before it waits.
        annotator = annotators[name]
        lowest = lowest_scores(annotator.types, types=question.types, threshold=question.threshold)
        options = Options(
            tuple(sorted(lowest.items())),
            annotator.checked_overlaps(question.overlaps),
            annotator.checked_style(question.style),
        )
        weight = weight_of(question.texts)
        if weight > limits.request:
            raise TooLongError(counted(weight, "character"), limits.request)
        batcher = batchers[name, limits.is_short(question.texts)]
        return Answer(model=name, spans=await batcher.submit(question.texts, options))

    @app.get("/health")
    async def health() -> Health:
        """Tell that the server is up, and which models it has."""
        models = {name: annotator.types for name, annotator in annotators.items()}
        return Health(version=__version__, models=models, max_characters=limits.request)

    @app.get("/ready", responses={503: {"model": Ready}})
    async def ready(response: Response) -> Ready:
        """Tell whether a request would be taken now: status 503 while too much is waiting."""
        free = all(batcher.waiting < limits.waiting for batcher in batchers.values())
        response.status_code = 200 if free else 503
        return Ready(ready=free)

    @app.get("/metrics", response_class=Response)
    async def figures() -> Response:
        """Return figures for Prometheus."""
        return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)

    return app


def redirect_to_docs(app: FastAPI) -> None:
    """Redirect visitors of `/` to the documentation of the interface."""

    @app.get("/", include_in_schema=False)
    async def root() -> RedirectResponse:
        return RedirectResponse("docs")


def _waiting(batchers: Iterable[Batcher[Options]]) -> int:
    return sum(batcher.waiting for batcher in batchers)


def _spans(
    annotator: Annotator, texts: Iterable[str], options: Options
) -> list[list[AnnotatedSpan]]:
    lowest = dict(options.lowest)
    return list(
        annotator.annotate(
            texts,
            types=lowest,
            threshold=lowest,
            overlaps=options.overlaps,
            style=options.style,
        )
    )


class TooLongError(InputError):
    """A request has more text than the server takes."""

    def __init__(self, size: str, limit: int) -> None:
        super().__init__(
            f"the request has {size}, but the server takes {counted(limit, 'character')} at most",
            remedy="send the texts in several requests",
        )


async def _refuse_invalid(request: Request, error: Exception) -> JSONResponse:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and not (given.endswith(("/json", "+json"))):
        named = f"the content type {given}" if given else "no content type"
        problem = f"the request has {named} → send the header Content-Type: application/json"
        return JSONResponse({"detail": problem}, 415)
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    broken = [problem for problem in problems if problem["type"] == "json_invalid"]
    if broken:
        place, reason = broken[0]["loc"][-1], broken[0]["ctx"]["error"]
        return JSONResponse(
            {"detail": f"the request is not JSON: {reason} (character {place})"}, 400
        )
    reasons = [f"{_place(problem['loc'])}: {problem['msg']}" for problem in problems]
    return JSONResponse({"detail": "; ".join(reasons)}, 422)


async def _refuse_unreadable(request: Request, error: Exception) -> Response:
    """Say what is wrong with a body that is no JSON at all; FastAPI only says that it is wrong."""
    assert isinstance(error, HTTPException)
    cause = error.__cause__
    if isinstance(cause, UnicodeDecodeError):
        place = f"byte 0x{cause.object[cause.start]:02x} at {cause.start}"
        return JSONResponse({"detail": f"the request is not UTF-8 ({place})"}, 400)
    if isinstance(cause, RecursionError):
        return JSONResponse({"detail": "the request is nested too deeply for JSON"}, 400)
    if isinstance(cause, ValueError):
        return JSONResponse({"detail": f"the request is not JSON: {first_line(cause)}"}, 400)
    return await http_exception_handler(request, error)


def _place(location: Sequence[str | int]) -> str:
    return ".".join(map(str, location[1:])) or "request"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


async def _refuse(request: Request, error: Exception) -> JSONResponse:
    content = {"detail": _one_line(error)}
    if isinstance(error, OverloadedError):
        return JSONResponse(content, 503, {"Retry-After": str(error.retry_after)})
    return JSONResponse(content, 413 if isinstance(error, TooLongError | TooSlowError) else 422)
