"""Every number of the training recipe, in one place. Sources and reasons: docs/training.md."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True)
class Stage:
    """One pass over one kind of data."""

    epochs: int
    batch: int
    learning_rate: float
    #: hard negatives a row (0: in-batch negatives only)
    negatives: int = 0
    #: rows of stage 1 mixed into each epoch of stage 2, as a share of its own rows
    mixed_in: float = 0.0


@dataclass(frozen=True)
class Hyperparameters:
    seed: int = 1
    #: which sources of pairs take part: llm, metadata, logs, labels
    sources: tuple[str, ...] = ("llm", "metadata", "logs", "labels")

    # LoRA, on all six linear kinds of a layer; PEFT's own default is query and value only.
    rank: int = 16
    alpha: int = 32
    targets: tuple[str, ...] = (
        "query",
        "key",
        "value",
        "attention.output.dense",
        "intermediate.dense",
        "output.dense",
    )

    stage1: Stage = field(default_factory=lambda: Stage(epochs=6, batch=128, learning_rate=3e-4))
    stage2: Stage | None = field(
        default_factory=lambda: Stage(
            epochs=2, batch=64, learning_rate=1e-4, negatives=1, mixed_in=0.2
        )
    )

    #: share of the loss that follows the teacher (teacher.py) and not the one known answer
    distill: float = 0.5
    #: the teacher's dense half is this many short runs, each asked only about documents it did not
    #: train on; 0: the untuned base
    folds: int = 2
    #: dense ranks 5..50 of the stage-1 model as hard negatives of stage 2, beside the labelled ones
    mined: bool = False

    #: inverse temperature of the contrastive loss
    scale: float = 20.0
    weight_decay: float = 0.01
    warmup: float = 0.1
    clip: float = 1.0
    #: share of queries that are misspelt on the fly, and that are cut to their first words
    typos: float = 0.15
    cuts: float = 0.05
    #: share of documents shown with a quarter of their tokens cut out somewhere
    gaps: float = 0.0
    #: metadata queries a playlist and epoch
    metadata_rows: int = 3
    #: quantisation-aware share: the last steps see int8's rounding of activations and weights
    int8_aware: float = 0.0
    #: exponential moving average of the adapter; 0 is off
    ema: float = 0.0

    def to_json(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_json(value: dict) -> Hyperparameters:
        stages = {key: Stage(**value[key]) if value[key] else None for key in ("stage1", "stage2")}
        lists = {key: tuple(value[key]) for key in ("sources", "targets")}
        return replace(Hyperparameters(), **{**value, **stages, **lists})
