"""The contrastive loss: symmetric, over the batch, known positives masked."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from .batches import Example


def mask_of(batch: list[Example], hard: list[str]) -> torch.Tensor:
    """Bool [batch, batch + hard]: documents that are no negative of the query in that row."""
    columns: dict[str, list[int]] = {}
    for column, key in enumerate([*(example.positive for example in batch), *hard]):
        columns.setdefault(key, []).append(column)
    mask = torch.zeros((len(batch), len(batch) + len(hard)), dtype=torch.bool)
    for row, example in enumerate(batch):
        for key in example.masked & columns.keys():
            mask[row, columns[key]] = True
        mask[row, row] = False
    return mask


def contrastive(
    queries: torch.Tensor,
    documents: torch.Tensor,
    mask: torch.Tensor,
    scale: float,
) -> torch.Tensor:
    """InfoNCE in both directions [van den Oord 2018; the symmetric form is CLIP's].

    queries [b, d] and documents [b + h, d] are normalised; row i's positive is document i; the last
    h documents are hard negatives, which only queries choose among.
    """
    size = len(queries)
    scores = scale * queries @ documents.T
    target = torch.arange(size, device=scores.device)
    forward = F.cross_entropy(scores.masked_fill(mask, float("-inf")), target)
    return (forward + to_queries(queries, documents[:size], mask[:, :size], scale)) / 2


def to_queries(
    queries: torch.Tensor, documents: torch.Tensor, mask: torch.Tensor, scale: float
) -> torch.Tensor:
    """The other direction: each document finds its query among the batch's."""
    scores = (scale * queries @ documents.T).masked_fill(mask, float("-inf"))
    return F.cross_entropy(scores.T, torch.arange(len(queries), device=scores.device))
