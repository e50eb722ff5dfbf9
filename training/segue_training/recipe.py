"""The whole recipe on one device: base weights and rows in, adapter and curves out."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from peft import PeftModel

from .device import keep_memory
from .encoder import Encoder, embed, load_tokenizer, load_transformer
from .hyperparameters import Hyperparameters, Stage
from .lora import add_adapter, fuse
from .mining import mine
from .train_data import Row, TrainingData
from .trainer import StageTrainer

Embed = Callable[[list[str]], np.ndarray]


@dataclass
class Outcome:
    model: PeftModel
    embed: Embed
    #: history of each stage: one entry an epoch
    stages: dict[str, list[dict]] = field(default_factory=dict)
    #: loss of each step, by stage
    losses: dict[str, list[float]] = field(default_factory=dict)


def fit(
    base: Path,
    data: TrainingData,
    settings: Hyperparameters,
    device: str = "cpu",
    evaluate: Callable[[Embed], dict] | None = None,
    checkpoints: Path | None = None,
    save_every: int = 50,
    quiet: bool = False,
) -> Outcome:
    """Stage 1, then (unless settings.stage2 is None) mining and stage 2.

    With a folder for checkpoints a stopped run goes on where it was and gives the same curve.
    """
    torch.manual_seed(settings.seed)
    random.seed(settings.seed)
    tokenizer = load_tokenizer(base)
    keep_memory()
    # Eager attention: on a CPU the backward pass of torch's fused kernel takes as long in bfloat16
    # as the rest of the step, and texts of 128 tokens give it little to save.
    model = add_adapter(load_transformer(base, "eager"), settings).to(device)
    fuse(model)
    encoder = Encoder(model)

    def embedding(texts: list[str]) -> np.ndarray:
        model.eval()
        return embed(encoder, tokenizer, texts, batch=64 if device == "cpu" else 512)

    outcome = Outcome(model, embedding)
    first = list(data.rows)

    def stage(name: str, rows: list[Row], plan: Stage, mixed: list[Row]) -> None:
        trainer = StageTrainer(model, tokenizer, rows, data.documents, settings, plan, name, mixed)
        path = checkpoints / f"{name}.pt" if checkpoints else None
        if path and path.exists():
            trainer.load(path)
        outcome.stages[name] = trainer.run(
            evaluate=(lambda: evaluate(embedding)) if evaluate else None,
            save_every=save_every,
            save=(lambda: trainer.save(path)) if path else None,
            quiet=quiet,
        )
        outcome.losses[name] = trainer.progress.losses

    stage("stage1", first, settings.stage1, [])
    if settings.stage2:
        rows = [row for row in mined_rows(first, data, embedding) if row.negatives]
        stage("stage2", rows, settings.stage2, first)
    return outcome


def mined_rows(rows: list[Row], data: TrainingData, embedding: Embed) -> list[Row]:
    """Rows with what stage 1 still confuses as hard negatives, beside the labelled ones."""
    keys = list(data.documents)
    documents = embedding([data.documents[key] for key in keys])
    queries = embedding([row.query for row in rows])
    return mine(rows, keys, queries, documents)


def shuffled(data: TrainingData, seed: int) -> TrainingData:
    """The control that must not gain: every row keeps its query and gets another row's answers."""
    answers = [(row.positives, row.ignored) for row in data.rows]
    random.Random(f"shuffled {seed}").shuffle(answers)
    rows = [
        replace(row, positives=positives, ignored=ignored, negatives=())
        for row, (positives, ignored) in zip(data.rows, answers, strict=True)
    ]
    return TrainingData(tuple(rows), data.documents)
