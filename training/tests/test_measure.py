import numpy as np
import pytest

from segue_training.measure import known_item_ranks, ndcg, rankings


def test_rank_counts_documents_of_equal_score_against_the_known_one():
    scores = np.array([[0.9, 0.5, 0.9], [0.1, 0.2, 0.3], [0.4, 0.4, 0.4]])
    assert known_item_ranks(scores, [0, 2, 1]).tolist() == [2, 1, 3]


def test_ties_are_broken_by_id_descending_as_in_trec_eval():
    order = rankings(np.array([[1.0]]), np.array([[1.0], [1.0], [2.0]]), ["a", "b", "c"], 3)
    assert order.tolist() == [[2, 1, 0]]


def test_ndcg_has_linear_gain_and_the_pool_as_ideal():
    # worked by hand: (2/log2(2) + 3/log2(4)) / (3/log2(2) + 2/log2(3) + 1/log2(4))
    value = ndcg(["b", "unjudged", "a"], {"a": 3, "b": 2, "c": 1})
    assert value == pytest.approx((2 + 3 / 2) / (3 + 2 / np.log2(3) + 0.5))
    assert ndcg(["a"], {"a": 0}) == 0
    assert ndcg(["a"], {}) == 0
