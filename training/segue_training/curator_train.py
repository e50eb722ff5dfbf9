"""Fine-tunes a small language model on recorded curator answers with LoRA."""

from __future__ import annotations

import hashlib
import json
import math
import os
import random
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from tqdm import tqdm

from .curator_model import CARD, CuratorModel
from .curator_text import CuratorDataError, Pair

CHECKPOINT = "checkpoint.pt"


@dataclass(frozen=True)
class CuratorSettings:
    seed: int = 1
    #: pairs that take part, drawn by the seed; 0: all
    examples: int = 0
    epochs: int = 1
    batch: int = 4
    learning_rate: float = 1e-3
    warmup: float = 0.1
    weight_decay: float = 0.0
    clip: float = 1.0
    rank: int = 16
    alpha: int = 32
    #: pairs of more tokens are left out
    tokens: int = 512
    #: steps between checkpoints
    checkpoint: int = 10


def batches_of(lengths: list[int], settings: CuratorSettings) -> list[list[int]]:
    """Batches of all epochs, by the seed alone. Lengths are alike within a batch: padding costs."""
    draw = random.Random(settings.seed)
    rows = [row for row, length in enumerate(lengths) if length <= settings.tokens]
    if settings.examples:
        rows = sorted(draw.sample(rows, min(settings.examples, len(rows))))
    batches = []
    for _ in range(settings.epochs):
        draw.shuffle(rows)
        ordered = sorted(rows, key=lambda row: lengths[row])
        size = settings.batch
        epoch = [ordered[at : at + size] for at in range(0, len(ordered), size)]
        draw.shuffle(epoch)
        batches += epoch
    return batches


def rate_at(step: int, total: int, settings: CuratorSettings) -> float:
    """Linear warm-up, then a cosine down to a tenth."""
    warm = max(1, round(total * settings.warmup))
    if step < warm:
        return settings.learning_rate * (step + 1) / warm
    done = (step - warm) / max(1, total - warm)
    return settings.learning_rate * (0.1 + 0.9 * (1 + math.cos(math.pi * done)) / 2)


def train(
    curator: CuratorModel,
    pairs: list[Pair],
    run: Path,
    settings: CuratorSettings,
    about: dict,
    stop_after: int | None = None,
    quiet: bool = False,
) -> list[float]:
    """Trains from the run's last checkpoint to the end; leaves the adapter and its card in `run`.

    @param about: what the card says beside the settings; a server needs `prompt_sha256`
    @param stop_after: ends there with a checkpoint, as a kill would
    @returns the loss of every step, those of earlier runs included
    @raises CuratorDataError where `run` holds another training, or every pair is too long
    """
    identity = identity_of(pairs, settings, about)
    torch.manual_seed(settings.seed)
    curator.add_adapter(settings.rank, settings.alpha)
    curator.model.train()
    weights = {k: p for k, p in curator.model.named_parameters() if p.requires_grad}
    optimiser = torch.optim.AdamW(weights.values(), weight_decay=settings.weight_decay)
    encoded = [curator.encode(pair) for pair in pairs]
    batches = batches_of([len(prompt) + len(answer) for prompt, answer in encoded], settings)
    if not batches:
        raise CuratorDataError(f"every pair is longer than {settings.tokens} tokens")
    losses, before = resume(run / CHECKPOINT, identity, weights, optimiser)
    started = time.monotonic()
    bar = tqdm(total=len(batches), initial=len(losses), desc="curator", disable=quiet)
    for step in range(len(losses), len(batches)):
        optimiser.param_groups[0]["lr"] = rate_at(step, len(batches), settings)
        loss = curator.loss([encoded[row] for row in batches[step]])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights.values(), settings.clip)
        optimiser.step()
        optimiser.zero_grad()
        losses.append(loss.item())
        bar.update()
        bar.set_postfix(loss=f"{losses[-1]:.3f}")
        ends = len(losses) in (stop_after, len(batches))
        if ends or len(losses) % settings.checkpoint == 0:
            seconds = before + time.monotonic() - started
            save(run / CHECKPOINT, identity, weights, optimiser, losses, seconds)
        if len(losses) == stop_after:
            return losses
    bar.close()
    curator.model.eval()
    curator.model.save_pretrained(run)
    card = {
        "format": "segue-curator/1",
        **about,
        "settings": asdict(settings),
        "answer_tokens": max(len(encoded[row][1]) for batch in batches for row in batch),
        "pairs": sum(len(batch) for batch in batches) // settings.epochs,
        "seconds": round(before + time.monotonic() - started, 1),
        "losses": [round(loss, 4) for loss in losses],
    }
    (run / CARD).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return losses


def identity_of(pairs: list[Pair], settings: CuratorSettings, about: dict) -> str:
    """Two runs with one identity are one training."""
    data = [[asdict(pair) for pair in pairs], asdict(settings), about]
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def resume(path: Path, identity: str, weights: dict, optimiser) -> tuple[list[float], float]:
    """Takes up a checkpoint, if there is one: the losses and seconds so far."""
    if not path.is_file():
        return [], 0.0
    saved = torch.load(path, weights_only=True)
    if saved["identity"] != identity:
        raise CuratorDataError(
            f"{path} is of another training (data, settings or base differ); "
            "name another --run or remove it"
        )
    with torch.no_grad():
        for name, value in saved["weights"].items():
            weights[name].copy_(value)
    optimiser.load_state_dict(saved["optimiser"])
    return saved["losses"], saved["seconds"]


def save(path: Path, identity: str, weights: dict, optimiser, losses: list, seconds: float) -> None:
    """Written beside and renamed: a kill leaves the last checkpoint whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    torch.save(
        {
            "identity": identity,
            "weights": {name: value.detach() for name, value in weights.items()},
            "optimiser": optimiser.state_dict(),
            "losses": losses,
            "seconds": seconds,
        },
        beside,
    )
    os.replace(beside, path)
