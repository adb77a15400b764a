"""Figures of the pipeline: its stages, and the way of the data through the packages."""

from collections.abc import Mapping, Sequence

from tools.figures.svg import BLUE, GREEN, LINE, SOFT, Drawing

_PALE_BLUE, _PALE_GREEN = "#e6f1f8", "#e6f3ef"


def stages() -> Drawing:
    """The stages of the pipeline, from the catalog to the registry."""
    drawing = Drawing(600, 430, "The stages of the pipeline")
    boxes: Mapping[str, tuple[float, float, Sequence[str]]] = {
        "catalog": (10, 20, ["catalog"]),
        "corpora": (160, 20, ["corpora", "each source"]),
        "harmonize": (310, 20, ["harmonize", "each source"]),
        "leakage": (460, 20, ["leakage"]),
        "manifests": (310, 140, ["manifests"]),
        "train": (160, 140, ["train", "each model"]),
        "evaluate": (160, 260, ["evaluate", "each model"]),
        "assess": (10, 260, ["assess", "for people"]),
        "report": (310, 260, ["report"]),
        "judgements": (10, 360, ["judgements", "of people"]),
        "register": (160, 360, ["register"]),
    }
    shared = {"catalog", "corpora", "harmonize"}  # the others belong to a suite
    for name, (x, y, lines) in boxes.items():
        fill, stroke = (_PALE_GREEN, GREEN) if name in shared else (_PALE_BLUE, BLUE)
        drawing.box(x, y, 120, 52, *lines, fill=fill, stroke=stroke)
    for way in (
        [(130, 46), (158, 46)],
        [(280, 46), (308, 46)],
        [(430, 46), (458, 46)],
        [(370, 74), (370, 138)],
        [(520, 74), (520, 166), (432, 166)],
        [(560, 74), (560, 286), (432, 286)],
        [(308, 166), (282, 166)],
        [(220, 194), (220, 258)],
        [(158, 286), (132, 286)],
        [(282, 286), (308, 286)],
        [(340, 194), (340, 226), (250, 226), (250, 258)],
        [(50, 314), (50, 358)],
        [(110, 314), (110, 336), (200, 336), (200, 358)],
        [(370, 314), (370, 386), (282, 386)],
        [(180, 194), (180, 226), (146, 226), (146, 372), (158, 372)],
    ):
        drawing.arrow(*way)
    return drawing


def data() -> Drawing:
    """What each package makes of what: data in boxes, packages beside the arrows."""
    drawing = Drawing(640, 520, "The way of the data through the packages")
    for x, y, name in (
        (20, 20, "corpus file"),
        (20, 110, "Parquet tables"),
        (20, 200, "manifests"),
        (20, 290, "sequences of sub-words"),
        (20, 380, "model"),
        (20, 460, "registry"),
        (360, 110, "decisions"),
        (360, 200, "matrix"),
        (360, 290, "text"),
        (360, 380, "mentions in words"),
        (360, 460, "spans in the text"),
    ):
        drawing.box(x, y, 190, 40, name, fill=_PALE_GREEN, stroke=GREEN)
    for way, (x, y), packages in (
        ([(115, 60), (115, 108)], (125, 90), "corpora, harmonize"),
        ([(115, 150), (115, 198)], (125, 180), "leakage, manifests"),
        ([(115, 240), (115, 288)], (125, 270), "training"),
        ([(115, 330), (115, 378)], (125, 360), "training, model"),
        ([(115, 420), (115, 458)], (125, 446), "tracking, registry"),
        ([(212, 130), (358, 130)], (285, 122), "decisions"),
        ([(212, 400), (300, 400), (300, 146), (358, 146)], (306, 170), "evaluation"),
        ([(455, 150), (455, 198)], (465, 180), "decisions, evaluation"),
        ([(455, 330), (455, 378)], (465, 360), "text, model"),
        ([(455, 420), (455, 458)], (465, 446), "inference"),
    ):
        drawing.arrow(*way)
        anchor = "middle" if packages == "decisions" else "start"
        drawing.text(x, y, packages, size=13, colour=SOFT, anchor=anchor)
    drawing.line(300, 400, 358, 400, LINE)
    return drawing
