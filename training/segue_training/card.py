"""The model card of a run: what was trained, on what, with what, and how it went."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = ("recall@1", "recall@3", "recall@10", "benchmark_ndcg@10")


def model_card(name: str, summary: dict) -> str:
    """Markdown of a run's summary (step1_train.train), beside its curves.png and adapter/."""
    data, settings = summary["data"], summary["settings"]
    rows = ", ".join(f"{count:,} {source}" for source, count in sorted(data["rows"].items()))
    epochs = [(stage, e) for stage, history in summary["stages"].items() for e in history]
    measured = [key for key in SHOWN if epochs and key in epochs[-1][1]]
    parts = [
        f"# {name}\n",
        "A LoRA adapter for all-MiniLM-L6-v2 (Apache-2.0), in `adapter/`. Merge it with\n"
        "`python -m segue_training merge`.\n",
        "## Data\n",
        f"{sum(data['rows'].values()):,} query-playlist rows ({rows}) over {data['documents']:,}\n"
        f"documents of the train split; SHA-256 `{data['sha256']}`.\n",
        "## Dev, after each epoch\n",
        table(
            ["stage", "epoch", "loss", *measured],
            (
                [stage, e["epoch"], f"{e['loss']:.4f}", *(f"{e[key]:.4f}" for key in measured)]
                for stage, e in epochs
            ),
        ),
        "![loss and dev figures](curves.png)\n",
        f"{summary['seconds'] / 60:.0f} minutes on {summary['device']} ({summary['precision']}).\n",
        "## Hyper-parameters\n",
        table(["name", "value"], settings.items()),
        "## Versions\n",
        table(["package", "version"], summary["versions"].items()),
    ]
    return "\n".join(parts)


def table(head: list[str], rows: Iterable[Iterable]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines) + "\n"
