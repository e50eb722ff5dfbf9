"""Batches of one epoch: a function of seed and epoch alone, so that a resumed run sees the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from .noise import cut, misspell
from .train_data import Row

POOL = 16  # batches sorted by length together: long enough to save padding, short enough to mix


@dataclass(frozen=True)
class Example:
    query: str
    positive: str
    negatives: tuple[str, ...]
    #: documents that must not count as negatives of this query
    masked: frozenset[str]


def epoch_batches(
    rows: Sequence[Row],
    lengths: dict[str, int],
    size: int,
    negatives: int,
    dice: random.Random,
) -> list[list[Example]]:
    """Shuffled, roughly bucketed by document length, no query or document twice in a batch."""
    examples = [draw(row, negatives, dice) for row in rows]
    dice.shuffle(examples)
    bucketed: list[Example] = []
    for start in range(0, len(examples), size * POOL):
        part = examples[start : start + size * POOL]
        bucketed += sorted(part, key=lambda example: lengths[example.positive] // 16)
    batches = deal(bucketed, size)
    dice.shuffle(batches)
    return batches


def draw(row: Row, negatives: int, dice: random.Random) -> Example:
    """The row's first positive half of the time (it is the one the query was written for), any of
    them otherwise; as many of its hard negatives as are asked for."""
    first = len(row.positives) == 1 or dice.random() < 0.5
    positive = row.positives[0] if first else dice.choice(row.positives)
    hard = tuple(dice.sample(row.negatives, min(negatives, len(row.negatives))))
    return Example(row.query, positive, hard, frozenset((*row.positives, *row.ignored)))


def deal(examples: Sequence[Example], size: int) -> list[list[Example]]:
    """Fills batches in order; an example whose texts are in the batch already waits for the next.
    What is left over at the end and does not fill half a batch is dropped for this epoch."""
    batches: list[list[Example]] = []
    waiting = list(examples)
    while waiting:
        batch: list[Example] = []
        queries: set[str] = set()
        documents: set[str] = set()
        later: list[Example] = []
        for position, example in enumerate(waiting):
            if len(batch) == size:
                later += waiting[position:]
                break
            texts = {example.positive, *example.negatives}
            if example.query in queries or texts & documents:
                later.append(example)
                continue
            batch.append(example)
            queries.add(example.query)
            documents |= texts
        waiting = later
        if len(batch) * 2 >= size or not batches:
            batches.append(batch)
        elif not waiting or len(batch) < size // 4:
            break
    return batches


def as_typed(query: str, typos: float, cuts: float, dice: random.Random) -> str:
    """The query, or with the given shares a misspelt or an unfinished one."""
    draw = dice.random()
    if draw < typos:
        return misspell(query, dice)
    return cut(query, dice) if draw < typos + cuts else query
