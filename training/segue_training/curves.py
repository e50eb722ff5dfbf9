"""Loss and dev figures of a run as a picture."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

SHOWN = {
    "recall@1": "Recall@1",
    "recall@3": "Recall@3",
    "recall@10": "Recall@10",
    "benchmark_ndcg@10": "nDCG@10 (benchmark)",
}


def plot(losses: dict[str, list[float]], stages: dict[str, list[dict]], path: Path) -> None:
    """Left: each step's loss, stages one after the other, and its running mean. Right: dev."""
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4))
    start, epochs = 0, []
    for name, values in losses.items():
        steps = range(start, start + len(values))
        mean, smooth = values[0] if values else 0.0, []
        for value in values:
            mean = 0.95 * mean + 0.05 * value
            smooth.append(mean)
        line = left.plot(steps, values, alpha=0.25, linewidth=0.7)[0]
        left.plot(steps, smooth, color=line.get_color(), label=name)
        start += len(values)
        epochs += [{**entry, "stage": name} for entry in stages[name]]
    left.set(xlabel="step", ylabel="loss", title="Training loss")
    left.legend()
    for key, label in SHOWN.items():
        if epochs and key in epochs[0]:
            right.plot(range(1, len(epochs) + 1), [e[key] for e in epochs], "o-", label=label)
    right.set(xlabel="epoch", title="Dev")
    if right.lines:
        # Below the axes: within them it lies on one of four lines that fill the height.
        right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=4, fontsize="small")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
