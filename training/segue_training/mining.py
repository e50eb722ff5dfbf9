"""Hard negatives: near the query for the stage-1 model, and not a likely positive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .train_data import Row


def mine(
    rows: Sequence[Row],
    keys: Sequence[str],
    queries: np.ndarray,
    documents: np.ndarray,
    first: int = 5,
    last: int = 50,
    below: float = 0.95,
) -> list[Row]:
    """Gives each row the documents at dense ranks first..last that score below `below` times its
    positive [positive-aware mining, NV-Retriever, 2407.15831]; labelled negatives come on top.

    queries [rows, d] and documents [keys, d] are normalised.
    """
    column = {key: number for number, key in enumerate(keys)}
    found = []
    for row, query in zip(rows, queries, strict=True):
        scores = documents @ query
        best = max(scores[column[key]] for key in row.positives)
        known = {*row.positives, *row.ignored, *row.negatives}
        near = np.argsort(-scores, kind="stable")[first - 1 : last]
        mined = [keys[i] for i in near if scores[i] < below * best and keys[i] not in known]
        found.append(replace(row, negatives=(*row.negatives, *mined)))
    return found
