from pathlib import Path

import pytest

from sru_ner.annotation.documents import Passage, TextDocument
from sru_ner.annotation.inputs import pubmed
from sru_ner.annotation.inputs.formats import guess_input
from sru_ner.annotation.inputs.source import InputOptions, Source
from sru_ner.corpora.incidents import Incidents
from sru_ner.errors import InputError

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
ARTICLES = """<PubmedArticleSet>
<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="2">99000001</PMID>
<Article><Journal><JournalIssue><PubDate><MedlineDate>1998 Dec-1999 Jan</MedlineDate></PubDate>
</JournalIssue><Title>Journal of Made-up Genes</Title></Journal>
<ArticleTitle>The <i>zyx-1</i> gene
  in mice.</ArticleTitle>
<Abstract>
<AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">It binds H<sub>2</sub>O.</AbstractText>
<AbstractText Label="UNLABELLED">P &lt; 0.05\u2009µM.</AbstractText><AbstractText/>
<CopyrightInformation>None</CopyrightInformation></Abstract><Language>eng</Language>
</Article></MedlineCitation><PubmedData><ArticleIdList>
<ArticleId IdType="pubmed">99000001</ArticleId>
<ArticleId IdType="doi">10.1/x</ArticleId></ArticleIdList><ReferenceList><Reference><ArticleIdList>
<ArticleId IdType="doi">10.1/other</ArticleId></ArticleIdList></Reference></ReferenceList>
</PubmedData>
</PubmedArticle>
<PubmedArticle><MedlineCitation><PMID Version="1">99000002</PMID><Article/></MedlineCitation>
</PubmedArticle>
<PubmedBookArticle><BookDocument><PMID Version="1">99000003</PMID>
<ArticleTitle>A chapter</ArticleTitle>
</BookDocument></PubmedBookArticle>
<DeleteCitation><PMID Version="1">99000004</PMID><PMID Version="1">99000005</PMID></DeleteCitation>
</PubmedArticleSet>
"""


def read(path: Path, content: str) -> tuple[list[TextDocument], Incidents, list[str]]:
    path.write_text(content, encoding="utf-8")
    incidents, deleted = Incidents(), []

    def on_incident(incident):
        incidents.add(incident)
        if incident.reason == pubmed.DELETED:
            deleted.append(incident.document)

    source = Source(path, path.name)
    assert guess_input(source) == "pubmed-xml"
    return list(pubmed.read(source, InputOptions(), on_incident)), incidents, deleted


def test_an_article_is_its_title_and_the_sections_of_its_abstract(tmp_path: Path) -> None:
    [article, chapter], incidents, deleted = read(tmp_path / "p.xml", HEAD + ARTICLES)
    assert article.id == "99000001"
    assert article.text == "The zyx-1 gene in mice. It binds H2O. P < 0.05\u2009µM."
    assert article.passages == (
        Passage(0, "title"),
        Passage(24, "BACKGROUND"),
        Passage(38, "abstract"),
    )
    assert article.fields == {
        "version": "2",
        "journal": "Journal of Made-up Genes",
        "year": "1998",
        "language": "eng",
        "doi": "10.1/x",
    }
    assert (chapter.id, chapter.text) == ("99000003", "A chapter")
    assert deleted == ["99000004", "99000005"]
    assert incidents.counts == {
        "articles deleted by the file": 2,
        "articles without identifier or text left out": 1,
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEAD + ARTICLES[:900], "not well-formed XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>\n' + ARTICLES, "no corpus needs"),
        ("<other>" + ARTICLES + "</other>", "the root is <other>"),
    ],
)
def test_files_that_are_broken_or_hostile_are_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path / "p.xml", content)


@pytest.mark.parametrize("tag", ["PubmedArticle", "PubmedBookArticle"])
def test_one_article_may_be_the_root(tmp_path: Path, tag: str) -> None:
    whole = ARTICLES.replace("<PubmedArticleSet>\n", "")
    article = whole[whole.index(f"<{tag}>") :].partition(f"</{tag}>")[0] + f"</{tag}>"
    [document], _, _ = read(tmp_path / "a.xml", article)
    assert document.id in ("99000001", "99000003")
