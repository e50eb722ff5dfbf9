"""The whole recipe on one device: base weights and rows in, adapter and curves out."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from peft import PeftModel

from .encoder import Encoder, embed, load_tokenizer, load_transformer
from .hyperparameters import Hyperparameters, Stage
from .lora import add_adapter, fuse
from .mining import mine
from .teacher import Bm25, distributions
from .teacher import fit as fit_teacher
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
    model = add_adapter(load_transformer(base), settings).to(device)
    if device != "cpu" or settings.int8_aware:
        fuse(model)
    encoder = Encoder(model)

    def embedding(texts: list[str]) -> np.ndarray:
        model.eval()
        return embed(encoder, tokenizer, texts, batch=64 if device == "cpu" else 512)

    outcome = Outcome(model, embedding)
    first = list(data.rows)
    teach = None
    if settings.distill:
        dense = (
            cross_fitted(base, data, settings, device)
            if settings.folds
            else untuned(data, embedding)
        )
        teach = teacher_of(data, dense, device)

    def stage(name: str, rows: list[Row], plan: Stage, mixed: list[Row]) -> None:
        trainer = StageTrainer(
            model, tokenizer, rows, data.documents, settings, plan, name, mixed, teach
        )
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
        rows = mined_rows(first, data, embedding) if settings.mined else first
        rows = [row for row in rows if row.negatives]
        stage("stage2", rows, settings.stage2, first)
    return outcome


def mined_rows(rows: list[Row], data: TrainingData, embedding: Embed) -> list[Row]:
    """Rows with what stage 1 still confuses as hard negatives, beside the labelled ones."""
    keys = list(data.documents)
    documents = embedding([data.documents[key] for key in keys])
    queries = embedding([row.query for row in rows])
    return mine(rows, keys, queries, documents)


def asked(data: TrainingData) -> list[str]:
    return list(dict.fromkeys(row.query for row in data.rows))


def untuned(data: TrainingData, embedding: Embed) -> np.ndarray:
    """Cosines [queries, documents] of the base: a fresh adapter adds nothing yet."""
    return embedding(asked(data)) @ embedding(list(data.documents.values())).T


def cross_fitted(
    base: Path, data: TrainingData, settings: Hyperparameters, device: str
) -> np.ndarray:
    """Cosines [queries, documents], each query's from a run that trained on the other folds."""

    def fold_of(row: Row) -> int:
        return zlib.crc32(row.positives[0].encode()) % settings.folds

    queries = asked(data)
    total = np.zeros((len(queries), len(data.documents)), dtype=np.float32)
    runs = np.zeros((len(queries), 1), dtype=np.float32)
    number = {query: i for i, query in enumerate(queries)}
    plain = replace(
        settings, distill=0.0, stage2=None, ema=0.0, stage1=replace(settings.stage1, epochs=1)
    )
    for fold in range(settings.folds):
        rest = TrainingData(tuple(r for r in data.rows if fold_of(r) != fold), data.documents)
        run = fit(base, rest, plain, device, quiet=True)
        own = list(dict.fromkeys(r.query for r in data.rows if fold_of(r) == fold))
        at = [number[query] for query in own]
        total[at] += run.embed(own) @ run.embed(list(data.documents.values())).T
        runs[at] += 1
    return total / np.maximum(runs, 1)


def teacher_of(
    data: TrainingData, dense: np.ndarray, device: str
) -> Callable[[list[str], list[str]], torch.Tensor]:
    """Looks the teacher's probabilities up: query texts, document ids -> [queries, documents]."""
    texts = list(data.documents.values())
    column = {key: number for number, key in enumerate(data.documents)}
    queries = asked(data)
    number = {query: i for i, query in enumerate(queries)}
    lexical = Bm25(texts).scores(queries)
    written = [row for row in data.rows if row.source == "llm"] or list(data.rows)
    sample = written[:: max(1, len(written) // 2000)]
    at = [number[row.query] for row in sample]
    known = [column[row.positives[0]] for row in sample]
    weight, sharpness, _ = fit_teacher(dense[at], lexical[at], known)
    print(f"teacher: {weight} dense + {1 - weight:.1f} BM25, sharpness {sharpness}", flush=True)
    table = torch.from_numpy(distributions(dense, lexical, weight, sharpness)).to(device)

    def teach(texts: list[str], keys: list[str]) -> torch.Tensor:
        rows = torch.tensor([number[text] for text in texts], device=device)
        columns = torch.tensor([column[key] for key in keys], device=device)
        return table[rows][:, columns].float()

    return teach


def shuffled(data: TrainingData, seed: int) -> TrainingData:
    """The control that must not gain: every row keeps its query and gets another row's answers."""
    answers = [(row.positives, row.ignored) for row in data.rows]
    random.Random(f"shuffled {seed}").shuffle(answers)
    rows = [
        replace(row, positives=positives, ignored=ignored, negatives=())
        for row, (positives, ignored) in zip(data.rows, answers, strict=True)
    ]
    return TrainingData(tuple(rows), data.documents)
