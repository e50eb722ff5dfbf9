import pytest

from segue_training import recorded, train_data
from segue_training.train_data import Row, TrainingData, TrainingDataError


def test_writes_what_it_reads(tmp_path):
    rows = (Row("a", ("p1",), ("p2",), "llm"), Row("ü", ("p2", "p1"), (), "logs", ("p3",)))
    data = TrainingData(rows, {"p1": "one", "p2": "two", "p3": "three"})
    paths = tmp_path / "rows.jsonl", tmp_path / "documents.jsonl"
    train_data.write(data, *paths)
    assert train_data.read(*paths) == data
    assert train_data.read(*paths).digest() == data.digest()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('{"query": "q", "positives": ["dev1"]}', "dev1 is of the split dev or test"),
        ('{"query": "q", "positives": ["nowhere"]}', "nowhere is not in"),
        ('{"query": " ", "positives": ["t1"]}', "needs a query"),
        ('{"query": "q", "positives": []}', "needs a query"),
        ("{", "not JSON"),
    ],
)
def test_refuses_rows_that_training_must_not_see(tmp_path, row, reason):
    documents = tmp_path / "documents.jsonl"
    documents.write_text(
        '{"id": "t1", "text": "x", "split": "train"}\n{"id": "dev1", "text": "y", "split": "dev"}\n'
    )
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"query": "fine", "positives": ["t1"]}\n' + row + "\n")
    with pytest.raises(TrainingDataError, match=rf"rows\.jsonl:2: .*{reason}"):
        train_data.read(rows, documents)


def test_a_query_met_twice_shares_positives_and_a_twin_is_no_negative():
    rows = [Row("Jazz", ("a",)), Row("jazz ", ("b",), ("a", "c", "d"))]
    first, second = recorded.united(rows, {"b": {"t"}})
    assert first.ignored == ("b",)
    assert second.negatives == ("c", "d")
    assert second.ignored == ("a", "t")


def test_recorded_rows_hold_nothing_of_dev_or_test(shared):
    data = recorded.build(shared, recorded.SOURCES, 2, 1)
    dev = {recorded.folded(text) for _, _, text in shared.queries_of("dev")}
    dev |= {recorded.folded(q.text) for q in shared.graded("benchmark-dev")}
    assert {row.source for row in data.rows} == set(recorded.SOURCES)
    assert not dev & {recorded.folded(row.query) for row in data.rows}
    for row in data.rows:
        for key in (*row.positives, *row.negatives):
            assert key in data.documents
            assert shared.splits.get(key, "train") == "train"
        assert not set(row.positives) & {*row.negatives, *row.ignored}
