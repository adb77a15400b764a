"""Words before a full stop that is no sentence's end, and words that begin sentences.

All words are in lower case and have no full stop at their end.
"""


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


NEVER_LAST = _words(
    "fig figs eq eqs eqn eqns ref refs tab tabs suppl chap sect nos vs cf viz approx ca circa pp",
    "incl excl e.g i.e eg ie dr drs prof mr mrs ms messrs dra sra pt pts st ste mt dept univ",
    "var subsp ssp subg subgen f.sp cv aff sensu auct emend",
)
"""Abbreviations that end no sentence: a number, a name or the rest of the sentence follows."""

SELDOM_LAST = _words("no sp spp nov al etc temp conc vol wt resp")
"""Abbreviations that end a sentence only before a word that clearly begins one."""

SELDOM_LAST_NAMES = _words(
    "acad adv agric am anal ann appl arch assoc biochem biol biophys biotechnol br bull",
    "cancer cell cent chem clin coll commun comp curr dent dev dis ed edn eds electron endocrinol",
    "environ eur exp fed gastroenterol genet gen hosp hum immun immunol ind infect inst int",
    "intern inv j jpn lab lett mag mar math mech med microbiol mol nat natl neurol neurosci nucl",
    "nutr obstet oncol org pathol pediatr pharm pharmacol philos phys physiol proc psychiatr",
    "publ radiol rep repr res rev roy sci ser soc surg symp technol tech ther toxicol trans",
    "transl trop vet virol",
    "inc ltd co corp plc llc jr bros sr ph ave blvd rd mo tel",
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun",
    "ext hx tx dx rx sx fx vit abd neuro hook",
)
"""As `SELDOM_LAST`, but only if they begin with a capital: parts of names, dates and notes."""

BEFORE_NUMBERS = _words("sat p")
"""Words that end a sentence, unless a number follows."""

LABELS = _words(
    "fig figs figure figures table tables scheme schemes box appendix chart plate video movie",
    "supplementary suppl section chapter part step case example exhibit",
)
"""Words that form a label with the number after them: `Figure 2. Growth of the colonies`."""

BEFORE_NAMES = _words(
    "a an and as at by de del der di for from in is la le of on or the to un van versus von vs was",
    "were with und y e et against than when which between among via per into like",
)
"""Words after which a single letter with a full stop is an initial: `found by J. Smith`."""

BEFORE_LETTERS = _words(
    "arm category chain class cluster complex domain element exon factor figure form grade group",
    "hepatitis influenza leukemia level panel part phase protein region schedule series site stage",
    "strain subtype subunit table team type variant vitamin ward zone",
)
"""Words after which a single letter is no initial: `group B`, `Vitamin D`."""

UNFINISHED = _words(
    "a an and are as at be between by for from has have in into is its not of on or that the",
    "their these this to was were which with than via per using both each",
)
"""Words that end neither a sentence nor a heading."""

STARTERS = _words(
    "a additionally after all also although an another are as at because both but by can",
    "conversely data did do does during each finally first for four from furthermore given had has",
    "have he hence here how however i if in indeed is it its moreover most mutations neither",
    "nevertheless no none nor not notably on once one only other our patients previously recently",
    "results second several she similarly since so some specifically such surprisingly that the",
    "their then there therefore these they third this those three thus to together two under",
    "unlike upon using was we were what when where whereas whether which while who why with within",
    "you",
)
"""Words that often begin a sentence, and are seldom part of a name."""

LOWER_STARTERS = _words(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau",
    "upsilon phi chi psi omega van von",
)
"""Words with which a sentence may begin in lower case: Greek letters and parts of names."""
