"""The ladder of trainings: what each rung gains, how surely, and over the base on raw metadata.

Reads the results.jsonl of one or more sweeps (runs with "detail"), measures the base on raw and on
enriched text itself, and writes a Markdown table and JSON. Rungs stand in the order of the plan.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .document import playlist_text
from .encoder import Encoder, embed, load_tokenizer, load_transformer
from .measure import DevSet
from .shared_data import SharedData
from .statistics import half_interval, holm, paired_p

#: Recall at these ranks, and what the best cells of "Playlist Search Reinvented: LLMs Behind the
#: Curtain" (RecSys '24) gain there over their baseline, in %: another baseline and other data
CUTS = (1, 3, 10)
PAPER = (32.1, 26.0, 18.2)


@dataclass(frozen=True)
class Rung:
    name: str
    #: per seed: rank of each dev query's known answer, and nDCG@10 on the judged queries
    ranks: Sequence[Sequence[int]]
    ndcg: Sequence[float]

    def found(self, cut: int) -> np.ndarray:
        """Share of the seeds that find the answer in the first `cut`, of each query."""
        return (np.asarray(self.ranks) <= cut).mean(axis=0)


def base_rungs(data: SharedData, base: Path) -> list[Rung]:
    """The untuned base on titles and tracks alone, and on the curator's text."""
    encoder, tokenizer = Encoder(load_transformer(base)), load_tokenizer(base)
    raw = DevSet(data)
    raw.documents = [playlist_text(data.playlists[key]) for key in raw.ids]
    return [
        rung_of(name, [dev.measure(lambda texts: embed(encoder, tokenizer, texts))])
        for name, dev in (("base, raw metadata", raw), ("base, enriched", DevSet(data)))
    ]


def trained_rungs(results: Sequence[Path]) -> list[Rung]:
    """One rung for each name, of all its seeds."""
    figures: dict[str, list[dict]] = {}
    for path in results:
        for line in path.read_text(encoding="utf-8").splitlines():
            run = json.loads(line)
            if "ranks" in run["figures"]:
                figures.setdefault(run["name"], []).append(run["figures"])
    return [rung_of(name, seeds) for name, seeds in figures.items()]


def rung_of(name: str, seeds: Sequence[dict]) -> Rung:
    return Rung(name, [s["ranks"] for s in seeds], [s["benchmark_ndcg@10"] for s in seeds])


def table(rungs: Sequence[Rung], groups: Sequence) -> list[dict]:
    """A row a rung. The first rung is what relative figures are over; p compares with the rung
    before, Holm-corrected over the rungs of the table; groups holds each query's playlist."""
    rows = []
    for rung in rungs:
        row: dict = {"rung": rung.name, "seeds": len(rung.ranks)}
        for cut in CUTS:
            found, first = rung.found(cut), rungs[0].found(cut)
            row[f"recall@{cut}"] = float(found.mean())
            row[f"recall@{cut} ci"] = half_interval(found, groups)
            row[f"recall@{cut} over the first, %"] = 100 * float(found.mean() / first.mean() - 1)
            row[f"recall@{cut} seeds"] = [
                float((np.asarray(seed) <= cut).mean()) for seed in rung.ranks
            ]
        row["benchmark nDCG@10"] = float(np.mean(rung.ndcg))
        rows.append(row)
    for cut in CUTS:
        pairs = zip(rungs[1:], rungs, strict=False)
        p = holm([paired_p(a.found(cut), b.found(cut), groups) for a, b in pairs])
        for row, value in zip(rows[1:], p, strict=True):
            row[f"recall@{cut} p"] = value
    return rows


def markdown(rows: Sequence[dict]) -> str:
    lines = [
        "| rung | seeds | R@1 | R@3 | R@10 | nDCG@10 "
        "| over the first rung, % | times the paper's best | p at 10 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        recall = [f"{row[f'recall@{k}']:.3f} ±{row[f'recall@{k} ci']:.3f}" for k in CUTS]
        gains = [row[f"recall@{k} over the first, %"] for k in CUTS]
        over = " / ".join(f"{gain:+.0f}" for gain in gains)
        times = " / ".join(f"{gain / best:.1f}" for gain, best in zip(gains, PAPER, strict=True))
        p = f"{row['recall@10 p']:.4f}" if "recall@10 p" in row else ""
        cells = [row["rung"], str(row["seeds"]), *recall, f"{row['benchmark nDCG@10']:.3f}"]
        lines.append(f"| {' | '.join([*cells, over, times, p])} |")
    return "\n".join(lines) + "\n"


def ladder(data: SharedData, base: Path, results: Sequence[Path], out: Path | None) -> str:
    """The table as Markdown; with `out`, the rows as JSON there."""
    dev = DevSet(data)
    rows = table([*base_rungs(data, base), *trained_rungs(results)], dev.known)
    if out:
        about = {"queries": len(dev.known), "groups": len(set(dev.known)), "rungs": rows}
        out.write_text(json.dumps(about, indent=1) + "\n")
    return markdown(rows)
