import math

import pytest
import torch
import torch.nn.functional as F

from segue_training.loss import contrastive


def unit(*rows):
    return F.normalize(torch.tensor(rows, dtype=torch.float64), dim=1)


def test_is_the_mean_of_both_directions_cross_entropy():
    q, d = unit([1.0, 0.2], [0.1, 1.0]), unit([1.0, 0.0], [0.3, 1.0])
    scores = (5 * q @ d.T).tolist()
    rows = [math.log(sum(map(math.exp, row))) - row[i] for i, row in enumerate(scores)]
    columns = [
        math.log(sum(map(math.exp, c))) - c[i] for i, c in enumerate(zip(*scores, strict=True))
    ]
    expected = (sum(rows) / 2 + sum(columns) / 2) / 2
    loss = contrastive(q, d, torch.zeros(2, 2, dtype=torch.bool), 5.0)
    assert float(loss.detach()) == pytest.approx(expected)


def test_a_masked_document_neither_counts_nor_is_moved():
    q = unit([1.0, 0.0], [0.0, 1.0])
    near = unit([1.0, 0.1], [1.0, 0.0]).requires_grad_()
    mask = torch.tensor([[False, True], [True, False]])
    loss = contrastive(q, near, mask, 20.0)
    assert float(loss.detach()) == pytest.approx(0)
    loss.backward()
    assert float(near.grad.abs().max()) == 0


def test_hard_negatives_are_the_queries_choice_only():
    q, d = unit([1.0, 0.0], [0.0, 1.0]), unit([1.0, 0.1], [0.1, 1.0], [1.0, 0.0])
    easy = contrastive(q, d[:2], torch.zeros(2, 2, dtype=torch.bool), 20.0)
    hard = contrastive(q, d, torch.zeros(2, 3, dtype=torch.bool), 20.0)
    assert float(hard) > float(easy) + 0.1
