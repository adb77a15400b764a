import pytest

from sru_ner.errors import InputError


def test_report_without_corpora(call):
    message = r"no harmonised corpus in this folder\n.*sru-ner harmonize"
    with pytest.raises(InputError, match=message):
        call("corpora", "report")
