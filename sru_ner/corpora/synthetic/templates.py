"""Sentence patterns of the synthetic abstracts.

- `[a|b]` is one of several options. Options may contain slots, but no options.
- `{Chemical}` is a mention in any form of its entity.
- `{Chemical:long}` is a mention without abbreviation, where the context does not tell what it is.
- `{Chemical+}` is a coordinated list.
- A slot in lower case is a filler of `FILLERS`: doses, dates, methods, codes and other words that
  look like names but are none.

The patterns themselves name no entity, except with `{Model}` and `{Host}`, the usual species of a
laboratory.
"""

import random
from collections.abc import Callable, Mapping

from sru_ner.corpora.synthetic.world import ORDINARY_WORDS, laboratory_code, pick


def _patterns(listed: str) -> tuple[str, ...]:
    """Split a list with a dash before each pattern; line breaks are white space."""
    return tuple(" ".join(pattern.split()) for pattern in f"\n{listed}".split("\n- ")[1:])


TITLES = _patterns("""
- {Chemical} [protects against|aggravates|attenuates] {Disease} by [inhibiting|restoring|lowering]
  {Gene} [signalling|expression] in {Model}.
- [Role|Contribution] of {Gene} in {Disease}: [evidence from|a study of|lessons from] {Cell_Line}
  cells and {Model}.
- {Gene+} [mediate|shape] the [response|sensitivity] of {Cell_Line} cells to {Chemical}.
- [Uptake|Turnover|Clearance] of {Chemical} in {Species} and its [relation|link] to {Disease}.
- [Loss|Overexpression] of {Gene} [predicts|delays] {Disease} in [carriers|children|patients]
  given {Chemical}.
- Modelling {Disease} in {Species} [reveals|uncovers] {Gene} as a [target|sensor] of {Chemical}.
- [Screening|Profiling] of {Cell_Line} and {Cell_Line} cells [identifies|yields] {Chemical+} as
  [modulators|blockers] of {Gene}.
- Infection with {Species} [raises|lowers] {Gene} [levels|activity] in [patients|children] with
  {Disease}.
""")

BACKGROUND = _patterns("""
- {Disease} is a [rare|common|progressive] condition [associated with|caused by] mutations in
  {Gene} and [often treated with|relieved by] {Chemical}.
- [Patients|Children|Adults] with {Disease} [often receive|are given] {Chemical}
  [despite|regardless of] variable {Gene} [expression|levels].
- The [soil|gut|marine] [bacterium|organism|isolate] {Species} [produces|metabolises|releases]
  {Chemical}, which [triggers|may prevent] {Disease} in [newborns|older adults].
- The {Gene} gene [encodes|specifies] a [membrane|nuclear|secreted] protein that
  [binds|transports|degrades] {Chemical} in {Species}.
- [Earlier|Previous] [work|studies] in {Species} [linked|tied] mutations in {Gene+} to [the
  risk|the onset] of {Disease}.
- [Treatment|Long-term therapy] with {Chemical+} is [limited|complicated] by the
  [development|risk] of {Disease} in [one in ten|a third of] patients.
- {Species:long} and {Species:long} are [common|neglected] [causes|carriers] of
  [infection|outbreaks] in patients with {Disease}.
- [Little is known about|It is unclear] [how|why] {Gene} expression [changes|falls] when
  {Cell_Line} cells are [exposed to|deprived of] {Chemical}.
- A [hypothesis|synopsis|diagnosis] [of this kind|like this] [rests on|calls for] the analysis of
  {Gene} in {Species} and {Model}.
""")

METHODS = _patterns("""
- {Cell_Line}[ and {Cell_Line}|] cells were [incubated|treated|cultured] with {Chemical} ({dose})
  for {time} and [assayed|probed] for {Gene} by {method}.
- [Male|Female|Adult] {Model} received {Chemical+} at {dose} [daily|twice a day] for {time}, with
  [food|chow] ad libitum.
- [Samples|Biopsies] from {number} [patients|volunteers] with {Disease} were collected from
  {date} onwards and [typed|sequenced] for {Gene}.
- {Species} and {Species} [strains|isolates] were grown in vitro at {temperature} on [batch|model]
  {code} plates [without|with] {Chemical}.
- [Data|Power] analysis used {method} with post hoc tests ([release|version] {code}), and {stat}
  was taken as significant for all hypotheses.
- Constructs carrying the {Gene} promoter were [introduced|transfected] into {Cell_Line} cells
  with the {code} kit [following|according to] the routine protocol.
- [Sections|Scans] were [read|scored] on a model {code} [microscope|scanner] in a {word}-shaped
  chamber at {temperature} by {method}.
- [Participants|Members] of the {word} [cohort|trial] ({number} patients with {Disease}) were
  [enrolled|followed] from {date} and received {Chemical}.
- Lysates of {Cell_Line+} cells were [separated|compared] by {method} and probed with
  [antibodies|antisera] against {Gene}.
- {Model} [infected|inoculated] with {Species} were [housed|kept] in {word}-coloured cages and
  [dosed|injected] with {Chemical} at {dose}.
""")

RESULTS = _patterns("""
- [Treatment|Incubation] of {Cell_Line} cells with {Chemical} [reduced|doubled|abolished] {Gene}
  [expression|phosphorylation|mRNA] by {percent} ({stat}).
- [In contrast,|Notably,|As expected,] {Gene} mRNA was [higher|lower] in patients with {Disease}
  than in [controls|volunteers] ({stat}).
- {Chemical} at {dose} [blocked|impaired] the growth of {Species}, [whereas|while] {Chemical} had
  no effect [in vitro|in situ].
- [Knockdown|Deletion|Silencing] of {Gene} in {Cell_Line} cells [impaired|restored] the
  [binding|activity] of {Gene} [after {time}|at baseline].
- {Model} lacking {Gene} developed {Disease} within {time} and did not [respond to|tolerate]
  {Chemical}.
- The [incidence|severity] of {Disease} and {Disease} [fell|rose] by {percent} in patients given
  {Chemical} ({stat}).
- [Expression|Activation] of {Gene+} was [detected|confirmed] in {Cell_Line} but not in
  {Cell_Line} cells [by {method}|after {time}].
- [Extracts|Larvae|Cultures] of {Species} contained {Chemical} at {dose}, [more than|twice as much
  as] those of {Species}.
- A variant of {Gene} was [found|present] in {number} [families|patients] with
  {Disease} and in no [control|volunteer].
- In {Host} [tissue|serum], {Gene} [interacted|co-localised] with {Gene} unless {Chemical} was
  [added|withdrawn] for {time}.
- [Progression|Relapse] of {Disease} was [slower|faster] in {Model} that received {Chemical} than
  in those infected with {Species}.
- Neither the {code} kit nor the {word} [phantom|mask] changed the [readings|estimates] of {Gene}
  levels by {method} ({stat}).
- [Resistance|Tolerance] of {Cell_Line} cells to {Chemical+} [required|depended on] {Gene}
  activation [within {time}|at {temperature}].
- The {word} trial reported {percent} fewer [cases|episodes] of {Disease} among patients treated
  with {Chemical} until {date}.
- [Plasma|Urine] concentrations of {Chemical} [correlated|rose] with {Gene} levels in {Host}
  [samples|donors] with {Disease}.
- [Homologues|Orthologues] of {Gene} from {Species} [rescued|complemented] the {Gene} mutant in
  {percent} of the {Model}.
""")

CONCLUSION = _patterns("""
- [We conclude|These data suggest|Our findings imply] that {Chemical} [prevents|worsens] {Disease}
  [through|by acting on] {Gene} signalling in {Model}.
- [Taken together,|Thus,] {Gene} is a [candidate|promising] [marker|target] for [therapy|early
  detection] of {Disease} in [children|adults].
- [Therefore,|Hence,] {Cell_Line} cells [offer|provide] a [simple|robust] system to study {Gene+}
  [in vitro|ex vivo].
- [Future|Larger] trials should [test|compare] {Chemical+} in patients with {Disease} [and|or]
  {Disease}.
- [Our|The present] [results|observations] [extend|question] the view that {Species}
  [causes|prevents] {Disease} by [degrading|releasing] {Chemical}.
- [Monitoring|Measurement] of {Gene} levels may [guide|improve] the use of {Chemical} in patients
  with {Disease}.
""")

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "b": BACKGROUND,
    "m": METHODS,
    "r": RESULTS,
    "c": CONCLUSION,
}
OUTLINES = ("bmrc", "bmrrc", "bbmrrc", "bbmrrrc", "bbmmrrrc")
"""Sections of an abstract's sentences, by the letters of `SECTIONS`."""

LABORATORY_SPECIES: Mapping[str, tuple[str, ...]] = {
    "Model": ("mice", "rats", "rabbits", "zebrafish", "hamsters", "ferrets", "guinea pigs"),
    "Host": ("human", "mouse", "rat", "rabbit", "hamster", "zebrafish"),
}


def _number(rng: random.Random) -> str:
    return str(3 + int(95 * rng.random()))


FILLERS: Mapping[str, Callable[[random.Random], str]] = {
    "code": laboratory_code,
    "date": lambda rng: (
        f"{pick(rng, ('March', 'May', 'June', 'October'))} {1990 + int(30 * rng.random())}"
    ),
    "dose": lambda rng: (
        f"{_number(rng)} {pick(rng, ('mg/kg', 'µM', 'nM', 'mg/ml', 'IU', 'µg/ml'))}"
    ),
    "method": lambda rng: pick(
        rng, ("ELISA", "HPLC", "ANOVA", "qPCR", "MRI", "immunoblotting", "flow cytometry", "LC-MS")
    ),
    "number": _number,
    "percent": lambda rng: f"{_number(rng)}%",
    "stat": lambda rng: (
        f"{pick(rng, ('P', 'p', '𝑝'))} {pick(rng, ('<', '='))} 0.0{1 + int(4 * rng.random())}"
    ),
    "temperature": lambda rng: f"{pick(rng, ('4', '25', '37'))} °C",
    "time": lambda rng: f"{_number(rng)} {pick(rng, ('h', 'days', 'weeks', 'min'))}",
    "word": lambda rng: pick(rng, ORDINARY_WORDS),
}
