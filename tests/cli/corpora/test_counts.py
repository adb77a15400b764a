def test_counts_are_compared_with_the_published(call, tmp_path):
    call("corpora", "fetch", "synthetic_genes")
    call("harmonize", "synthetic_genes")
    assert "| synthetic_genes | train+dev+test |" in call("corpora", "counts", "synthetic_genes")
    call("corpora", "counts", "synthetic_genes", "--output", "counts.csv")
    assert (tmp_path / "counts.csv").read_text().startswith("source,splits,in_files,kept")
