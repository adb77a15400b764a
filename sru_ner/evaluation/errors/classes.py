"""Error classes: every false positive and every false negative is in exactly one class.

The other side of a false positive is the gold mentions, that of a false negative the predicted
mentions. A partner of an error is the mention of the other side that explains it best. Of all
that overlap it, that is the one for which the highest row of this table holds. Of several such,
it is the one with the largest Jaccard index, then the first by start, end and type. The class is
the highest row that holds, for the partner if there is one.

    class               side     when
    inexpressible       fn       it does not begin and end where words of the corpus do
    cross_sentence      fn       it ends in a later sentence than it starts
    unknown_type        fn       the model has no such type
    type                both     a false one of another type has its span
    split               both     a missed mention, found as two or more disjoint ones of its type
    merged              both     two or more disjoint missed mentions, found as one of their type
    boundary            both     a false one of its type overlaps it
    type                both     a right one of another type has its span, or a prediction that is
                                 out of inventory
    boundary_and_type   both     a false one of another type overlaps it
    nesting             both     only right ones overlap it: it is a level of a nest too few or
                                 too many
    unseen              fn       the model's sources never annotated its string as its type
    missed              fn       none of these rows holds
    spurious            fp       none of these rows holds

A "false one" is a false positive or negative of the other side, a "right one" a mention that is
gold and predicted. `inexpressible` and `cross_sentence` add up to `Counts.inexpressible`.

A prediction of a type that the tested source never annotated is neither right nor wrong. It is
kept with the side `unjudged` and the class `out_of_inventory`; its partner is a gold mention with
its span. It is in no count of errors.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sru_ner.decisions.table import ORDER
from sru_ner.evaluation.errors.seen_strings import normalised
from sru_ner.evaluation.groups import Numbers, codes
from sru_ner.evaluation.overlaps import Intervals, on_one_line, overlapping

FALSE_POSITIVE, FALSE_NEGATIVE, UNJUDGED = "fp", "fn", "unjudged"
SIDES = (FALSE_POSITIVE, FALSE_NEGATIVE, UNJUDGED)

ERRORS: dict[str, str] = {
    "inexpressible": "its ends are not those of words",
    "cross_sentence": "it goes on in another sentence",
    "unknown_type": "the model has no such type",
    "type": "right span, wrong type",
    "split": "one mention found as several",
    "merged": "several mentions found as one",
    "boundary": "right type, wrong boundaries",
    "boundary_and_type": "overlaps, but boundaries and type are wrong",
    "nesting": "a level of a nest too few or too many",
    "unseen": "missed, and its string is not among those learned",
    "missed": "missed otherwise",
    "spurious": "predicted where nothing is annotated",
    "out_of_inventory": "of a type that is not annotated here, so it cannot be judged",
}
"""Each class in words, in the order in which they are shown."""

ERRORS_SCHEMA = pa.schema(
    [
        pa.field("model", pa.string(), nullable=False),
        pa.field("tested", pa.string(), nullable=False),
        pa.field("split", pa.string(), nullable=False),
        pa.field("document_id", pa.string(), nullable=False),
        pa.field("sentence_id", pa.int32()),  # the sentence in which it starts
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),  # one of SIDES
        pa.field("error", pa.string(), nullable=False),  # one of ERRORS
        pa.field("other_start", pa.int32()),  # its partner; null if it has none
        pa.field("other_end", pa.int32()),
        pa.field("other_type", pa.string()),
        pa.field("score", pa.float32()),  # null if not predicted
    ]
)

ERROR_COUNTS_SCHEMA = pa.schema(
    [
        pa.field("model", pa.string(), nullable=False),
        pa.field("tested", pa.string(), nullable=False),
        pa.field("split", pa.string(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("side", pa.string(), nullable=False),
        pa.field("error", pa.string(), nullable=False),
        pa.field("mentions", pa.int64(), nullable=False),
    ]
)

_BY_PARTNER = ("type", "split", "merged", "boundary", "type", "boundary_and_type", "nesting")
"""Classes of the table's rows that are about a partner, from the highest row on."""
_UNRELATED = len(_BY_PARTNER)


def classify(decisions: pa.Table, *, seen: pa.Table | None = None) -> pa.Table:
    """Put every false positive and false negative in its class, and find its partner.

    decisions: a table of `decisions.table.SCHEMA`, of any number of models and tested sources.
    seen: a table of `SEEN_SCHEMA`; for a model that is not in it, no string counts as unseen.
    Returns a table of `ERRORS_SCHEMA`, sorted like decisions. 10⁶ decisions take some seconds.
    """
    sides = _Sides.of(decisions)
    query, target, case = _pairs(decisions, sides)
    partner, best = _best(query, target, case, decisions.num_rows)
    rows = np.flatnonzero(sides.missed | sides.wrong | sides.unjudged)
    error = np.array([*_BY_PARTNER, "spurious"], dtype=object)[best]
    error[sides.missed & (best == _UNRELATED)] = "missed"
    if seen is not None:
        error[_unseen(decisions, np.flatnonzero(error == "missed"), seen)] = "unseen"
    for name, flag in (
        ("unknown_type", sides.missed & ~_flags(decisions, "known")),
        ("cross_sentence", sides.missed & _flags(decisions, "crosses_sentence")),
        ("inexpressible", sides.missed & ~_flags(decisions, "fits_words", null=True)),
        ("out_of_inventory", sides.unjudged),
    ):
        error[flag] = name
    side = np.select([sides.missed, sides.wrong], [FALSE_NEGATIVE, FALSE_POSITIVE], UNJUDGED)
    found = decisions.take(rows)
    others = pa.array(partner[rows], mask=partner[rows] < 0)
    columns = {name: found[name] for name in ERRORS_SCHEMA.names if name in found.column_names} | {
        "side": pa.array(side[rows].astype(object), pa.string()),
        "error": pa.array(error[rows], pa.string()),
        **{f"other_{name}": decisions[name].take(others) for name in ("start", "end", "type")},
    }
    table = pa.table({name: columns[name] for name in ERRORS_SCHEMA.names}, schema=ERRORS_SCHEMA)
    return table.sort_by([*ORDER, ("split", "ascending")])


def count_errors(errors: pa.Table) -> pa.Table:
    """Count errors by model, tested source, split, type, side and class.

    `errors` is a table of `ERRORS_SCHEMA`. Returns a table of `ERROR_COUNTS_SCHEMA` without corpus
    text, sorted by its keys. Summed over the classes, the sides `fp` and `fn` are the counts of
    `decisions.counts.count`.
    """
    keys = ERROR_COUNTS_SCHEMA.names[:-1]
    grouped = errors.group_by(keys).aggregate([([], "count_all")])
    named = grouped.rename_columns({"count_all": "mentions"}).select(ERROR_COUNTS_SCHEMA.names)
    return named.cast(ERROR_COUNTS_SCHEMA).sort_by([(key, "ascending") for key in keys])


@dataclass(frozen=True, slots=True)
class _Sides:
    """Outcome of each of N decisions: masks, (N,), of which at most one is true."""

    right: NDArray[np.bool_]
    wrong: NDArray[np.bool_]
    missed: NDArray[np.bool_]
    unjudged: NDArray[np.bool_]

    @classmethod
    def of(cls, decisions: pa.Table) -> "_Sides":
        gold, predicted, judged = (
            _flags(decisions, name) for name in ("gold", "predicted", "in_inventory")
        )
        return cls(
            right=judged & gold & predicted,
            wrong=judged & predicted & ~gold,
            missed=judged & gold & ~predicted,
            unjudged=~judged & predicted & ~gold,
        )


def _flags(decisions: pa.Table, name: str, *, null: bool = False) -> NDArray[np.bool_]:
    return pc.fill_null(decisions[name], null).to_numpy()


def _pairs(decisions: pa.Table, sides: _Sides) -> tuple[Numbers, Numbers, Numbers]:
    """Pair errors with mentions of the other side that may explain them.

    Returns the rows of the errors, the rows of those mentions, and indices into `_BY_PARTNER`, (P,)
    each. Of pairs of one error and one index, the preferred ones come first.
    """
    places = on_one_line(decisions)
    types = codes(decisions, ["type"])
    query, target = _overlapping(places, sides.missed, sides.wrong | sides.right | sides.unjudged)
    parts = sides.wrong[target] & (types[query] == types[target])
    whole, piece = query[parts], target[parts]
    split = _in_pieces(whole, piece, places)
    merged = _in_pieces(piece, whole, places)
    more = _overlapping(places, sides.wrong | sides.unjudged, sides.missed | sides.right)
    query, target = np.concatenate([query, more[0]]), np.concatenate([target, more[1]])

    same_span = (places.start[query] == places.start[target]) & (
        places.end[query] == places.end[target]
    )
    same_type = types[query] == types[target]
    unjudged = sides.unjudged[query] | sides.unjudged[target]
    false = ~sides.right[target] & ~unjudged
    rules = [
        false & same_span,
        false & same_type & (split[query] | split[target]),
        false & same_type & (merged[query] | merged[target]),
        false & same_type,
        same_span,
        false,
        ~unjudged,
    ]
    case = np.select(rules, list(range(_UNRELATED)), _UNRELATED)
    jaccard = places[query].shared(places[target])
    kept = np.flatnonzero(case < _UNRELATED)
    preferred = np.lexsort(
        [
            column[kept]
            for column in (types[target], places.end[target], places.start[target], -jaccard)
        ]
    )
    return query[kept][preferred], target[kept][preferred], case[kept][preferred]


def _overlapping(
    places: Intervals, queries: NDArray[np.bool_], targets: NDArray[np.bool_]
) -> tuple[Numbers, Numbers]:
    """Return the rows of all overlapping pairs between two sets of rows."""
    these, those = np.flatnonzero(queries), np.flatnonzero(targets)
    i, j = overlapping(places[these], places[those])
    return these[i], those[j]


def _in_pieces(whole: Numbers, piece: Numbers, places: Intervals) -> NDArray[np.bool_]:
    """Mark those of N mentions that overlap with two or more disjoint pieces.

    `whole` and `piece` are the rows of mentions and of pieces that overlap with them, as pairs.
    """
    first_end = np.full(len(places.start), np.iinfo(np.int64).max)
    last_start = np.full(len(places.start), -1)
    np.minimum.at(first_end, whole, places.end[piece])
    np.maximum.at(last_start, whole, places.start[piece])
    return last_start >= first_end


def _best(
    query: Numbers, target: Numbers, case: Numbers, rows: int
) -> tuple[Numbers, NDArray[np.int64]]:
    """Return the partner of each of N rows, −1 if none, and its case, `_UNRELATED` if none."""
    partner, best = np.full(rows, -1), np.full(rows, _UNRELATED)
    order = np.lexsort([case, query])  # stable: of equal ones, the preferred stays first
    found, first = np.unique(query[order], return_index=True)
    partner[found], best[found] = target[order][first], case[order][first]
    return partner, best


def _unseen(decisions: pa.Table, rows: Numbers, seen: pa.Table) -> Numbers:
    """Return those of some rows whose string the model has not seen as the mention's type."""
    asked = decisions.select(["model", "type", "text"]).take(rows)
    asked = asked.append_column("row", pa.array(rows))
    asked = asked.append_column("string", normalised(asked["text"]))
    asked = asked.filter(pc.is_in(asked["model"], seen["model"].unique()))
    keys = ["model", "string", "type"]
    answered = asked.select([*keys, "row"]).join(
        seen.select(keys), keys, join_type="left anti", use_threads=False
    )
    return answered["row"].to_numpy()
