import shutil

import pytest


@pytest.fixture(scope="module")
def spark():
    sql = pytest.importorskip("pyspark.sql", reason="the extra `spark` is not installed")
    if shutil.which("java") is None:
        pytest.skip("there is no Java for Spark")
    builder = sql.SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    yield session
    session.stop()


@pytest.mark.pipeline
def test_a_frame_gets_the_spans_of_the_annotator(spark, registered, text, tiny_model):
    from sru_ner.inference.annotator import Annotator
    from sru_ner.tracking.spark_column import with_spans

    root, _ = registered
    texts = [(1, text), (2, ""), (3, "mice"), (4, None)]
    frame = spark.createDataFrame(texts, "id int, text string").repartition(2)
    found = with_spans(frame, "models:/sru-ner@candidate", threshold=0.6, root=root).collect()
    expected = [span.as_dict() for span in Annotator.load(tiny_model)(text, threshold=0.6)]
    rows = {row["id"]: [span.asDict() for span in row["spans"]] for row in found}
    assert rows[2] == rows[4] == []
    assert rows[1] == [
        {**span, "score": pytest.approx(span["score"], abs=1e-5)} for span in expected
    ]
    assert expected


@pytest.mark.pipeline
@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("Aspirin treats headache in mice.", {"types": ["Disease"]}),
        # The model marks nested mentions in it.
        ("aspirin brca1 mice aspirin headache - in", {"overlaps": "flat"}),
    ],
)
def test_types_and_overlaps_choose(spark, registered, tiny_model, text, options):
    from sru_ner.inference.annotator import Annotator
    from sru_ner.tracking.spark_column import with_spans

    root, _ = registered
    frame = spark.createDataFrame([(text,)], "text string")
    [row] = with_spans(frame, "models:/sru-ner@candidate", root=root, **options).collect()
    found = [(span["start"], span["end"], span["type"]) for span in row["spans"]]
    annotator = Annotator.load(tiny_model)
    assert found == [(s.start, s.end, s.type) for s in annotator(text, **options)] != []
    assert len(found) < len(annotator(text))
