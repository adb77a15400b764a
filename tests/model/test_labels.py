from sru_ner.model.labels import label_source, labels_by_source, numbers_of_same_type, type_name


def test_labels_keep_or_drop_their_source() -> None:
    types = {"bc5cdr": ["Disease", "Chemical"], "ncbi": ["Disease"]}
    assert labels_by_source(types, separate=True) == {
        "bc5cdr": ["bc5cdr$Chemical", "bc5cdr$Disease"],
        "ncbi": ["ncbi$Disease"],
    }
    assert labels_by_source(types, separate=False)["ncbi"] == ["Disease"]
    assert (type_name("ncbi$Disease"), label_source("ncbi$Disease")) == ("Disease", "ncbi")
    assert (type_name("Disease"), label_source("Disease")) == ("Disease", None)


def test_labels_of_one_type_are_found_by_number() -> None:
    labels = ["a$Disease", "a$Gene", "b$Disease"]
    assert numbers_of_same_type(labels) == [[0, 2], [1], [0, 2]]
