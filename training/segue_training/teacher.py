"""A teacher for every training query: the untuned bi-encoder and BM25 together, as a distribution
over all training documents.

Neither part has seen the query's known answer, so the teacher says which other documents are close
(half of a "negative" batch may well be right answers) and how exactly words were matched, which a
mean of token vectors forgets first. Weight and temperature are those under which the known answers
are most likely: nothing is tuned by hand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy import sparse

WORD = re.compile(r"\w+")
WEIGHTS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)
SHARPNESS = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0)


class Bm25:
    """BM25 as Lucene has it [Robertson and Zaragoza 2009], k1 1.2, b 0.75."""

    def __init__(self, texts: Sequence[str], k1: float = 1.2, b: float = 0.75):
        counts = [Counter(WORD.findall(text.lower())) for text in texts]
        self.words = {word: i for i, word in enumerate(dict.fromkeys(w for c in counts for w in c))}
        length = np.array([sum(c.values()) for c in counts], dtype=float)
        rows = np.repeat(np.arange(len(counts)), [len(c) for c in counts])
        columns = np.array([self.words[word] for c in counts for word in c])
        tf = np.array([n for c in counts for n in c.values()], dtype=float)
        df = np.bincount(columns, minlength=len(self.words))
        idf = np.log1p((len(counts) - df + 0.5) / (df + 0.5))
        norm = k1 * (1 - b + b * length / length.mean())
        weight = idf[columns] * tf / (tf + norm[rows])
        self.matrix = sparse.csr_matrix((weight, (rows, columns)), (len(counts), len(self.words)))

    def scores(self, queries: Sequence[str]) -> np.ndarray:
        """float32 [queries, documents], each row divided by its best score (0 where none)."""
        found = [
            [self.words[w] for w in set(WORD.findall(q.lower())) if w in self.words]
            for q in queries
        ]
        rows = np.repeat(np.arange(len(queries)), [len(f) for f in found])
        columns = np.array([c for f in found for c in f], dtype=int)
        ones = np.ones(len(columns))
        chosen = sparse.csr_matrix((ones, (rows, columns)), (len(queries), len(self.words)))
        raw = (chosen @ self.matrix.T).toarray().astype(np.float32)
        return raw / np.maximum(raw.max(axis=1, keepdims=True), 1e-9)


def fit(dense: np.ndarray, lexical: np.ndarray, known: Sequence[int]) -> tuple[float, float, float]:
    """Weight of dense and sharpness that make the known answers likeliest, and their mean
    log-likelihood then."""
    best = (0.0, 0.0, -np.inf)
    own = np.arange(len(known))
    for weight in WEIGHTS:
        scores = weight * dense + (1 - weight) * lexical
        for sharpness in SHARPNESS:
            logits = sharpness * scores
            top = logits.max(axis=1, keepdims=True)
            total = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
            likelihood = float((logits[own, known] - total).mean())
            if likelihood > best[2]:
                best = (weight, sharpness, likelihood)
    return best


def distributions(
    dense: np.ndarray, lexical: np.ndarray, weight: float, sharpness: float
) -> np.ndarray:
    """float16 [queries, documents], rows sum to 1."""
    logits = sharpness * (weight * dense + (1 - weight) * lexical)
    likely = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (likely / likely.sum(axis=1, keepdims=True)).astype(np.float16)
