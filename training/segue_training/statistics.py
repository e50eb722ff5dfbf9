"""How sure a figure is: bootstrap intervals and paired tests, over groups of queries.

Queries written for one playlist stand or fall together: both draw playlists, not queries.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def group_sums(values: np.ndarray, groups: Sequence) -> tuple[np.ndarray, np.ndarray]:
    """Sum and count of values [queries] in each group."""
    _, index = np.unique(np.asarray(groups), return_inverse=True)
    return np.bincount(index, weights=values), np.bincount(index).astype(float)


def half_interval(values: np.ndarray, groups: Sequence, seed: int = 1, rounds: int = 5000) -> float:
    """Half the width of the 95 % percentile bootstrap interval of the mean [Efron 1979]."""
    sums, counts = group_sums(values, groups)
    dice = np.random.default_rng(seed)
    drawn = dice.integers(0, len(sums), (rounds, len(sums)))
    low, high = np.percentile(sums[drawn].sum(1) / counts[drawn].sum(1), [2.5, 97.5])
    return float(high - low) / 2


def paired_p(
    ours: np.ndarray, theirs: np.ndarray, groups: Sequence, seed: int = 1, rounds: int = 10_000
) -> float:
    """Two-sided paired randomisation test of a difference of means [Fisher; Smucker et al. 2007]:
    each group's sign is flipped at random; the least value is 1 / (rounds + 1)."""
    sums, _ = group_sums(ours - theirs, groups)
    dice = np.random.default_rng(seed)
    signs = dice.integers(0, 2, (rounds, len(sums)), dtype=np.int8) * 2 - 1
    as_far = np.abs(signs @ sums) >= abs(sums.sum()) - 1e-9
    return float((as_far.sum() + 1) / (rounds + 1))


def holm(values: Sequence[float]) -> list[float]:
    """p values corrected for their number by Holm's step-down procedure [Holm 1979]."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    corrected, worst = [0.0] * len(values), 0.0
    for place, i in enumerate(order):
        worst = max(worst, min(1.0, (len(values) - place) * values[i]))
        corrected[i] = worst
    return corrected
