"""Retrieval metrics by trec_eval's definitions, over exact dense search."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .shared_data import GradedQuery, SharedData


def rankings(queries: np.ndarray, documents: np.ndarray, ids: Sequence[str], k: int) -> np.ndarray:
    """Row numbers [queries, k] of the best documents by inner product; ties by id, descending as
    trec_eval breaks them."""
    scores = queries @ documents.T
    tie_order = np.argsort(np.argsort(np.array(ids)))
    return np.lexsort((np.broadcast_to(-tie_order, scores.shape), -scores), axis=1)[:, :k]


def known_item_ranks(scores: np.ndarray, known: Sequence[int]) -> np.ndarray:
    """Rank (1 is best) of each query's one known answer; documents of equal score count against."""
    own = scores[np.arange(len(known)), known]
    return 1 + (scores > own[:, None]).sum(axis=1) + ((scores == own[:, None]).sum(axis=1) - 1)


def ndcg(ranked: Sequence[str], grades: dict[str, int], k: int = 10) -> float:
    """nDCG@k with linear gain; the ideal is taken from the judged pool, unjudged counts as 0."""
    discounts = 1 / np.log2(np.arange(2, k + 2))
    gains = np.array([grades.get(item, 0) for item in ranked[:k]], dtype=float)
    ideal = np.array(sorted(grades.values(), reverse=True)[:k], dtype=float)
    best = float((ideal * discounts[: len(ideal)]).sum())
    return float((gains * discounts[: len(gains)]).sum()) / best if best else 0.0


class DevSet:
    """The queries and documents every choice is made on."""

    def __init__(self, data: SharedData):
        self.ids = list(data.documents)
        self.documents = list(data.documents.values())
        row = {key: number for number, key in enumerate(self.ids)}
        dev = data.queries_of("dev")
        self.queries = [text for _, _, text in dev]
        self.known = [row[key] for key, _, _ in dev]
        self.benchmark = [q for q in data.graded("benchmark-dev") if is_answerable(q)]

    def measure(self, embed) -> dict:
        """Figures of an `embed(texts) -> float32 [texts, 384]`, with per-query values for tests."""
        documents = embed(self.documents)
        return self.score(documents, embed(self.queries), embed([q.text for q in self.benchmark]))

    def score(self, documents: np.ndarray, queries: np.ndarray, benchmark: np.ndarray) -> dict:
        ranks = known_item_ranks(queries @ documents.T, self.known)
        order = rankings(benchmark, documents, self.ids, 10)
        ranked = [[self.ids[i] for i in row] for row in order]
        gains = [ndcg(row, q.grades) for row, q in zip(ranked, self.benchmark, strict=True)]
        first = [
            q.grades.get(row[0], 0) >= 2 for row, q in zip(ranked, self.benchmark, strict=True)
        ]
        judged = [
            np.mean([item in q.grades for item in row])
            for row, q in zip(ranked, self.benchmark, strict=True)
        ]
        return {
            "n": len(ranks),
            **{f"recall@{k}": float((ranks <= k).mean()) for k in (1, 3, 10)},
            "mrr@10": float(np.where(ranks <= 10, 1 / ranks, 0).mean()),
            "benchmark_n": len(gains),
            "benchmark_ndcg@10": float(np.mean(gains)),
            "benchmark_p@1": float(np.mean(first)),
            "benchmark_judged@10": float(np.mean(judged)),
            "ranks": ranks.tolist(),
            "benchmark_ndcg": gains,
        }


def brief(figures: dict) -> dict:
    """Figures without the per-query lists."""
    return {key: value for key, value in figures.items() if not isinstance(value, list)}


def is_answerable(query: GradedQuery) -> bool:
    """Whether an answer exists: the pool holds at least one playlist graded 1 or better."""
    return query.intent != "none" and max(query.grades.values(), default=0) >= 1
