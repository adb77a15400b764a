import pytest

from sru_ner.corpora.readers.uima_layers import (
    LayerOptions,
    choose_layers,
    type_feature,
    unread_layers,
)
from sru_ner.errors import UnknownNameError

CORE = "de.tudarmstadt.ukp.dkpro.core.api"
ENTITY, POS = f"{CORE}.ner.type.NamedEntity", f"{CORE}.lexmorph.type.pos.POS"
OWN = "webanno.custom.Drugs"


@pytest.mark.parametrize(
    ("names", "options", "chosen"),
    [
        ([POS, OWN, ENTITY], {}, [ENTITY]),
        ([POS, OWN, "custom.Span"], {}, [OWN, "custom.Span"]),
        ([POS], {}, []),
        ([POS, OWN, ENTITY], {"layers": ["Drugs", POS]}, [POS, OWN]),
    ],
)
def test_named_entities_or_else_all_that_is_not_linguistic(names, options, chosen):
    assert choose_layers(names, LayerOptions(**options), "x") == chosen


def test_a_layer_that_does_not_exist_is_an_error():
    with pytest.raises(UnknownNameError, match="NamedEntity"):
        choose_layers([ENTITY], LayerOptions(layers=("NamedEntty",)), "x.tsv")


@pytest.mark.parametrize(
    ("features", "wanted", "found"),
    [
        (["identifier", "value"], None, "value"),
        (["begin", "end", "sofa", "kind", "identifier"], None, "kind"),
        (["kind", "sort"], None, None),
        (["kind", "sort"], "sort", "sort"),
        (["value"], "sort", None),
        ([], None, None),
    ],
)
def test_the_feature_that_names_the_type(features, wanted, found):
    assert type_feature(features, LayerOptions(feature=wanted)) == found


def test_layers_that_are_not_read_are_named_but_linguistic_ones():
    counts = {ENTITY: 1, OWN: 2, POS: 9, "uima.tcas.DocumentAnnotation": 1}
    assert unread_layers(counts, [ENTITY]) == [f"the layer {OWN} is not read: 2 annotations"]
