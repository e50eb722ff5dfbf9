import random

from segue_training.batches import Example, as_typed, epoch_batches
from segue_training.loss import mask_of
from segue_training.train_data import Row

ROWS = [
    Row(f"query {i % 70}", (f"d{i % 40}", f"d{(i + 1) % 40}"), (f"n{i % 9}",), "llm", ("x",))
    for i in range(300)
]
LENGTHS = {**{f"d{i}": 10 + 3 * i for i in range(40)}, **{f"n{i}": 20 for i in range(9)}}


def batches(seed: int, size: int = 16, negatives: int = 1):
    return epoch_batches(ROWS, LENGTHS, size, negatives, random.Random(seed))


def test_no_text_stands_twice_in_a_batch():
    for batch in batches(1):
        queries = [example.query for example in batch]
        documents = [key for example in batch for key in (example.positive, *example.negatives)]
        assert len(set(queries)) == len(queries)
        assert len(set(documents)) == len(documents)
        assert len(batch) <= 16


def test_an_epoch_is_a_function_of_its_seed():
    assert batches(5) == batches(5)
    assert batches(5) != batches(6)


def test_nearly_every_row_takes_part_in_an_epoch():
    assert sum(len(batch) for batch in batches(1, size=8, negatives=0)) > 0.9 * len(ROWS)


def test_known_positives_and_ignored_documents_are_masked_but_never_the_own_answer():
    batch = [
        Example("a", "d1", ("n1",), frozenset({"d1", "d2", "n2"})),
        Example("b", "d2", ("n2",), frozenset({"d2"})),
    ]
    mask = mask_of(batch, ["n1", "n2"])
    assert mask.tolist() == [[False, True, False, True], [False, False, False, False]]


def test_queries_are_misspelt_and_cut_at_the_given_rates():
    dice = random.Random(0)
    texts = [as_typed("reggaeton party songs", 0.2, 0.1, dice) for _ in range(2000)]
    changed = [text for text in texts if text != "reggaeton party songs"]
    cut = [text for text in changed if "reggaeton party songs".startswith(text)]
    assert 0.26 < len(changed) / 2000 < 0.34
    assert 0.05 < len(cut) / 2000 < 0.15
    assert all(text.startswith("r") for text in texts)
