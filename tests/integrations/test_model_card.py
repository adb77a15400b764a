from sru_ner.integrations.model_card import model_card
from sru_ner.model.configuration import SruNerConfig
from tests.integrations.training_facts import FACTS


def config() -> SruNerConfig:
    inventories = {"one": ["one$Gene"], "ncbi_disease": ["ncbi_disease$Disease"]}
    covers = {"one": {"Gene": ["Protein"]}, "ncbi_disease": {}}
    return SruNerConfig({"model_type": "bert"}, inventories, covers=covers)


def test_the_card_says_what_the_model_was_trained_on() -> None:
    text = str(model_card(config(), {**FACTS, "licence": "mit"}, name="you/demo"))
    assert "Marks Disease, Gene in English" in text
    assert "were left open" in text
    assert "(`ncbi_disease`) | Disease | " in text
    assert "| one (`one`) | Gene | not in the catalog |" in text
    assert "In `one`, mentions of Protein were marked as Gene." in text
    assert "`ncbi_disease`: " in text.partition("## Citation")[2]
    assert "3 documents were excluded" in text
    assert "| `ncbi_disease` | 81.5 |" in text
    assert "0123456789ab" in text
    assert 'model": "you/demo"' in text
    assert "{{" not in text


def test_the_card_of_a_model_of_unknown_origin_says_so() -> None:
    text = str(model_card(config(), {"licence": "other"}, name="demo"))
    assert "There is no record of how this model was trained." in text
    assert "dev micro F1" not in text


def test_the_card_says_that_the_model_learned_from_what_a_first_one_found() -> None:
    settings = {**FACTS["settings"], "self_training_epochs": 5}
    figures = {**FACTS["figures"], "seconds": 1800, "first_model_seconds": 1800}
    machine = {**FACTS["environment"], "device": "a processor", "threads": 1}
    facts = {
        **FACTS, "licence": "mit", "settings": settings, "figures": figures, "environment": machine
    }  # fmt: skip
    text = str(model_card(config(), facts, name="demo"))
    assert "What a first model found of them was learned as mentions." in text
    assert "5 epochs of a first model, then" in text
    assert "Training took 1.0 hours" in text
    assert "first model" not in str(model_card(config(), {**FACTS, "licence": "mit"}, name="demo"))


def test_the_card_says_that_the_encoder_has_fewer_layers() -> None:
    facts = {**FACTS, "licence": "mit"}
    settings = {**FACTS["settings"], "encoder_layers": 3}
    text = str(model_card(config(), {**facts, "settings": settings}, name="demo"))
    assert "(its first 3 layers)" in text
    assert "layers" not in str(model_card(config(), facts, name="demo"))


def test_a_single_document_has_a_singular() -> None:
    facts = {**FACTS, "licence": "mit", "excluded": {"one.train": 1}}
    text = str(model_card(config(), facts, name="demo"))
    assert "1 document was excluded because it is in a tested corpus" in text
