"""The invented world of the synthetic corpora: entities and their names.

Rules that imitate a nomenclature make every name: drug stems and suffixes, Greek and Latin medical
word parts, gene symbols, binomials, cell-line codes. No name is taken from a text. A model can
recognise names that it has never seen by their form.

Three difficulties are made on purpose: `AMBIGUOUS_ABBREVIATIONS` genes have the abbreviation of a
disease or a chemical as their symbol, some genes have an ordinary word as their name, and research
codes of chemicals look like cell lines.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

T = TypeVar("T")
Pool = Literal["common", "dev", "test"]

TYPES = ("Chemical", "Disease", "Gene", "Species", "Cell_Line")
AMBIGUOUS_ABBREVIATIONS = 12
"""Number of genes whose symbol is also the abbreviation of another entity."""
COMMON_SHARE, DEV_SHARE = 0.6, 0.12
"""Shares of each type's entities that all texts may name, and that only dev texts name. Only test
texts name the rest."""

ORDINARY_WORDS = (
    "lantern", "harbor", "dusk", "thimble", "marble", "ribbon", "saddle", "compass",
    "lattice", "pebble", "velvet", "tinder",
)  # fmt: skip
"""Words that are names of genes, and also occur with their ordinary meaning."""

_WORLD_SEED = 2507
_SIZES = {"Chemical": 150, "Disease": 120, "Gene": 150, "Species": 70, "Cell_Line": 80}


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity of the world. `names` are its long names, the usual one first."""

    type: str
    names: tuple[str, ...]
    short: str | None = None
    """Abbreviation, gene symbol or abbreviated binomial."""
    pool: Pool = "common"
    identifier: str = "-"


def pick(rng: random.Random, options: Sequence[T]) -> T:
    """Draw one option.

    All draws use `Random.random`, because only this gives the same numbers in every Python version.
    """
    return options[int(rng.random() * len(options))]


def draw(rng: random.Random, options: Sequence[T], count: int) -> list[T]:
    """Draw `count` different options, in random order."""
    rest = list(options)
    return [rest.pop(int(rng.random() * len(rest))) for _ in range(count)]


def build_world() -> dict[str, tuple[Entity, ...]]:
    """Return the entities of each of `TYPES`; they are the same at every call."""
    rng = random.Random(_WORLD_SEED)
    makers: dict[str, Callable[[random.Random], Entity]] = {
        "Chemical": _chemical,
        "Disease": _disease,
        "Gene": _gene,
        "Species": _species,
        "Cell_Line": _cell_line,
    }
    taken = set(ORDINARY_WORDS)
    world = {}
    for kind in TYPES:
        made = list(_distinct(makers[kind], _SIZES[kind], rng, taken))
        world[kind] = [replace(e, pool=_pool(i / len(made))) for i, e in enumerate(made)]
    rivals = [e for e in world["Disease"] + world["Chemical"] if e.pool == "common" and e.short]
    namesakes = [gene for rival in rivals if (gene := _namesake(rng, rival)) is not None]
    world["Gene"] += draw(rng, namesakes, AMBIGUOUS_ABBREVIATIONS)
    world["Gene"] += [Entity("Gene", (word,)) for word in ORDINARY_WORDS]
    return {
        kind: tuple(
            replace(entity, identifier=f"{kind}:{i:03d}") for i, entity in enumerate(entities)
        )
        for kind, entities in world.items()
    }


def _distinct(
    make: Callable[[random.Random], Entity], count: int, rng: random.Random, taken: set[str]
) -> Iterator[Entity]:
    while count:
        entity = make(rng)
        forms = {form.lower() for form in (*entity.names, entity.short) if form}
        if forms & taken:
            continue
        taken |= forms
        count -= 1
        yield entity


def _pool(position: float) -> Pool:
    if position < COMMON_SHARE:
        return "common"
    return "dev" if position < COMMON_SHARE + DEV_SHARE else "test"


# --- chemicals: velzanidine (VZD), 4-hydroxybrofenazole, sodium quilorate, KVX-1127

_DRUG_SYLLABLES = (
    "vel", "tro", "zan", "qui", "mor", "lux", "bra", "dex", "fen", "pra", "ril", "sor", "tav",
    "nev", "kes", "cal", "lor", "pel", "gim", "bo", "xa", "thi", "zu", "mel",
)  # fmt: skip
_DRUG_SUFFIXES = (
    "amide", "azole", "idine", "olol", "oxacin", "statin", "mycin", "tinib", "azine", "osine",
    "urea", "erone", "ylline", "antrene",
)  # fmt: skip
_SUBSTITUENTS = ("N-methyl", "4-hydroxy", "2,5-dichloro", "β-", "5-fluoro", "trans-", "3-nitro")


def _chemical(rng: random.Random) -> Entity:
    first, second = draw(rng, _DRUG_SYLLABLES, 2)
    kind = rng.random()
    if kind < 0.15:
        acid = f"{first}{second}ic acid"
        return Entity("Chemical", (acid,), f"{first[0]}{second[0]}A".upper())
    if kind < 0.25:
        return Entity("Chemical", (f"{pick(rng, ('sodium', 'calcium'))} {first}{second}ate",))
    suffix = pick(rng, _DRUG_SUFFIXES)
    name = first + second + suffix
    if kind < 0.5:
        return Entity("Chemical", (pick(rng, _SUBSTITUENTS) + name,))
    if kind < 0.6:
        code = f"{first[0]}{second[0]}{suffix[0]}-{1000 + int(9000 * rng.random())}".upper()
        return Entity("Chemical", (name, code))
    return Entity("Chemical", (name,), f"{first[0]}{second[0]}{suffix[0]}".upper())


# --- diseases: Halvik-Morden syndrome (HMS), familial osteocardiopathy (FOC), neurodermosis

_SURNAMES = tuple(
    first + last
    for first in ("Hal", "Mor", "Ost", "Tre", "Vin", "Kor", "Bel", "Dra", "Lun", "Sev")
    for last in ("vik", "den", "wick", "quist", "mann", "ström", "etti", "ley")
)
_EPONYM_HEADS = ("syndrome", "disease", "dystrophy", "ataxia", "anemia")
_COURSES = ("familial", "juvenile", "chronic", "hereditary", "idiopathic", "recurrent", "atypical")
_ORGANS = (
    "nephr", "cardi", "hepat", "derm", "oste", "neur", "arthr", "enter", "myel", "kerat", "gloss",
    "splen", "trache", "bronch",
)  # fmt: skip
_LESIONS = ("opathy", "itis", "osis", "oma", "omalacia", "algia", "ectasia")


def _disease(rng: random.Random) -> Entity:
    kind = rng.random()
    if kind < 0.45:
        first, second = draw(rng, _SURNAMES, 2)
        head = pick(rng, _EPONYM_HEADS)
        if kind < 0.15:
            return Entity("Disease", (f"{first} {head}",))
        return Entity(
            "Disease", (f"{first}-{second} {head}",), first[0] + second[0] + head[0].upper()
        )
    first, second = draw(rng, _ORGANS, 2)
    lesion = pick(rng, _LESIONS)
    name = f"{first}o{second}{lesion}"
    if kind < 0.65:
        return Entity("Disease", (name,))
    course = pick(rng, _COURSES)
    return Entity("Disease", (f"{course} {name}",), f"{course[0]}{first[0]}{second[0]}".upper())


# --- genes: TDK2 (tubule drift kinase 2), nexulin, lantern

_GENE_MODIFIERS = (
    "axonal", "basal", "cortical", "drift", "ectopic", "fibril", "granule", "helix", "inner",
    "junction", "keel", "lumen", "matrix", "nodal", "outer", "pore", "quiescent", "radial",
    "spindle", "tubule", "umbral", "vesicle", "wall", "xylem", "yolk", "zonal",
)  # fmt: skip
_GENE_HEADS = (
    "adaptor", "carrier", "deaminase", "esterase", "factor", "gyrase", "helicase", "isomerase",
    "kinase", "ligase", "mutase", "oxidase", "phosphatase", "reductase", "synthase", "transporter",
)  # fmt: skip
_PROTEIN_STEMS = ("nex", "vort", "tal", "gar", "lam", "plex", "myr", "stel", "crin", "dov", "hesp")
_PROTEIN_SUFFIXES = ("ulin", "ectin", "ellin", "adherin", "optin", "oglin")


def _gene(rng: random.Random) -> Entity:
    if rng.random() < 0.2:
        return Entity("Gene", (pick(rng, _PROTEIN_STEMS) + pick(rng, _PROTEIN_SUFFIXES),))
    words = [*draw(rng, _GENE_MODIFIERS, pick(rng, (1, 2, 2))), pick(rng, _GENE_HEADS)]
    number = 1 + int(19 * rng.random())
    symbol = "".join(word[0].upper() for word in words) + str(number)
    return Entity("Gene", (" ".join(words) + f" {number}",), symbol)


def _namesake(rng: random.Random, rival: Entity) -> Entity | None:
    """Return a gene with the rival's abbreviation as its symbol; None if no words fit."""
    assert rival.short is not None
    initials, last = rival.short[:-1].lower(), rival.short[-1].lower()
    choices = [[word for word in _GENE_MODIFIERS if word[0] == letter] for letter in initials]
    choices.append([word for word in _GENE_HEADS if word[0] == last])
    if not all(choices):
        return None
    return Entity("Gene", (" ".join(pick(rng, words) for words in choices),), rival.short)


# --- species: Velotrix quinaria (V. quinaria), the spotted reed vole

_GENUS_ENDINGS = ("otrix", "obacter", "ella", "omonas", "opus", "urus", "ococcus", "idium")
_EPITHET_ENDINGS = ("ensis", "aria", "oides", "ata", "icola", "ifera", "escens")
_COATS = ("spotted", "dusky", "crested", "banded", "pale", "slender")
_HABITATS = ("reed", "marsh", "dune", "cave", "river", "moor")
_ANIMALS = ("vole", "wren", "newt", "dace", "shrew", "gecko", "moth")
_SYLLABLES = ("vel", "mar", "quin", "zan", "lur", "pris", "hol", "teg", "cor", "myx", "ald", "ferr")


def _species(rng: random.Random) -> Entity:
    first, second = draw(rng, _SYLLABLES, 2)
    genus = first.capitalize() + pick(rng, _GENUS_ENDINGS)
    epithet = second + pick(rng, _EPITHET_ENDINGS)
    names = [f"{genus} {epithet}"]
    if rng.random() < 0.3:
        names.append(f"{pick(rng, _COATS)} {pick(rng, _HABITATS)} {pick(rng, _ANIMALS)}")
    return Entity("Species", tuple(names), f"{genus[0]}. {epithet}")


# --- cell lines: HVK-7, TR29, NB-4C1


def _cell_line(rng: random.Random) -> Entity:
    return Entity("Cell_Line", (laboratory_code(rng),))


def laboratory_code(rng: random.Random) -> str:
    """Return a code like those of cell lines. Devices, kits and batches have such codes, too."""
    letters = "".join(draw(rng, "BCDHKLMNQRTVX", pick(rng, (2, 3))))
    number = 1 + int(98 * rng.random())
    return pick(rng, (f"{letters}-{number}", f"{letters}{number}", f"{letters}-{number % 9}C1"))
