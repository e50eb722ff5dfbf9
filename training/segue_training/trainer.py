"""The training loop: one stage over rows, resumable, the same curve for the same seed."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import torch
from peft import PeftModel
from tqdm import tqdm
from transformers import PreTrainedTokenizerFast

from .batches import Example, as_typed, epoch_batches
from .device import autocast
from .encoder import Encoder, pad, tokenize
from .hyperparameters import Hyperparameters, Stage
from .loss import contrastive, mask_of
from .train_data import Row


@dataclass
class Progress:
    """Where a stage stands; with the weights it is all that a checkpoint holds."""

    epoch: int = 0
    step_in_epoch: int = 0
    step: int = 0
    losses: list[float] = field(default_factory=list)
    #: one entry an epoch: {"epoch", "loss", "seconds" of the stage so far, and dev figures}
    history: list[dict] = field(default_factory=list)
    #: of work, whatever was stopped between
    seconds: float = 0.0


class StageTrainer:
    def __init__(
        self,
        model: PeftModel,
        tokenizer: PreTrainedTokenizerFast,
        rows: Sequence[Row],
        documents: dict[str, str],
        settings: Hyperparameters,
        stage: Stage,
        name: str,
        mixed: Sequence[Row] = (),
    ):
        self.model, self.tokenizer, self.settings, self.stage = model, tokenizer, settings, stage
        self.rows, self.mixed, self.name = rows, mixed, name
        keys = list(documents)
        self.ids = dict(zip(keys, tokenize(tokenizer, [documents[k] for k in keys]), strict=True))
        self.lengths = {key: len(value) for key, value in self.ids.items()}
        self.encoder = Encoder(model)
        self.weights = [p for p in model.parameters() if p.requires_grad]
        self.device = self.weights[0].device
        self.optimizer = torch.optim.AdamW(
            self.weights, lr=stage.learning_rate, weight_decay=settings.weight_decay
        )
        self.progress = Progress()
        self.total = sum(len(self.batches(epoch)) for epoch in range(stage.epochs))

    def dice(self, *about: object) -> random.Random:
        return random.Random(f"{self.settings.seed} {self.name} {about}")

    def batches(self, epoch: int) -> list[list[Example]]:
        """An epoch's batches; every row of a mixed-in stage is equally likely to take part."""
        dice = self.dice("epoch", epoch)
        share = min(len(self.mixed), int(self.stage.mixed_in * len(self.rows)))
        rows = [*self.rows, *dice.sample(list(self.mixed), share)]
        return epoch_batches(rows, self.lengths, self.stage.batch, self.stage.negatives, dice)

    def learning_rate(self, step: int) -> float:
        """Linear warm-up, then linear decay to 0."""
        warm = max(1, int(self.settings.warmup * self.total))
        share = min((step + 1) / warm, (self.total - step) / max(1, self.total - warm))
        return self.stage.learning_rate * max(0.0, share)

    def step(self, batch: list[Example]) -> float:
        self.model.train()
        dice = self.dice("queries", self.progress.step)
        queries = [as_typed(e.query, self.settings.typos, self.settings.cuts, dice) for e in batch]
        hard = list(dict.fromkeys(key for example in batch for key in example.negatives))
        documents = [*(example.positive for example in batch), *hard]
        q_ids, q_mask = pad(tokenize(self.tokenizer, queries))
        d_ids, d_mask = pad([self.ids[key] for key in documents])
        with autocast(self.device):
            q = self.encoder(q_ids.to(self.device), q_mask.to(self.device))
            d = self.encoder(d_ids.to(self.device), d_mask.to(self.device))
        mask = mask_of(batch, hard).to(self.device)
        loss = contrastive(q.float(), d.float(), mask, self.settings.scale)
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(self.progress.step)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.weights, self.settings.clip)
        self.optimizer.step()
        value = float(loss.detach())
        if not math.isfinite(value):
            raise FloatingPointError(f"{self.name}: loss is {value} at step {self.progress.step}")
        return value

    def run(
        self,
        evaluate: Callable[[], dict] | None = None,
        save_every: int = 0,
        save: Callable[[], None] | None = None,
        quiet: bool = False,
    ) -> list[dict]:
        """Trains to the end from wherever `progress` stands; returns the history."""
        at = self.progress
        bar = tqdm(total=self.total, initial=at.step, desc=self.name, unit="batch", disable=quiet)
        while at.epoch < self.stage.epochs:
            batches = self.batches(at.epoch)
            for batch in batches[at.step_in_epoch :]:
                with self.timed():
                    at.losses.append(self.step(batch))
                at.step += 1
                at.step_in_epoch += 1
                bar.update()
                bar.set_postfix(loss=f"{at.losses[-1]:.3f}")
                if save and save_every and at.step % save_every == 0:
                    save()
            mean = sum(at.losses[-len(batches) :]) / max(1, len(batches))
            at.epoch, at.step_in_epoch = at.epoch + 1, 0
            with self.timed():
                figures = self.evaluated(evaluate)
            entry = {"epoch": at.epoch, "loss": mean, "seconds": round(at.seconds), **figures}
            at.history.append(entry)
            if save:
                save()
        bar.close()
        return at.history

    @contextmanager
    def timed(self) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.progress.seconds += time.monotonic() - began

    def evaluated(self, evaluate: Callable[[], dict] | None) -> dict:
        if evaluate is None:
            return {}
        self.model.eval()
        return evaluate()

    def save(self, path: Path) -> None:
        """Writes beside and renames, so that a kill leaves the last whole checkpoint."""
        path.parent.mkdir(parents=True, exist_ok=True)
        building = path.with_suffix(".building")
        torch.save(
            {
                "weights": [p.detach().cpu() for p in self.weights],
                "optimizer": self.optimizer.state_dict(),
                "progress": vars(self.progress),
            },
            building,
        )
        building.replace(path)

    def load(self, path: Path) -> None:
        state = torch.load(path, map_location="cpu", weights_only=True)
        with torch.no_grad():
            for live, saved in zip(self.weights, state["weights"], strict=True):
                live.copy_(saved)
        self.optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])
