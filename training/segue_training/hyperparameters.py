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
    sources: tuple[str, ...] = ("llm", "labels")

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

    stage1: Stage = field(default_factory=lambda: Stage(epochs=7, batch=256, learning_rate=4e-4))
    #: hard negatives: those labelled, and dense ranks 5..50 of the stage-1 model (mining.py)
    stage2: Stage | None = field(
        default_factory=lambda: Stage(
            epochs=1, batch=64, learning_rate=1e-4, negatives=1, mixed_in=0.2
        )
    )

    #: inverse temperature of the contrastive loss
    scale: float = 20.0
    weight_decay: float = 0.01
    warmup: float = 0.1
    clip: float = 1.0
    #: share of queries that are misspelt on the fly, and that are cut to their first words
    typos: float = 0.15
    cuts: float = 0.05
    #: queries a playlist from the source metadata
    metadata_rows: int = 3

    def to_json(self) -> dict:
        return asdict(self)

    @staticmethod
    def from_json(value: dict) -> Hyperparameters:
        stages = {key: Stage(**value[key]) if value[key] else None for key in ("stage1", "stage2")}
        lists = {key: tuple(value[key]) for key in ("sources", "targets")}
        return replace(Hyperparameters(), **{**value, **stages, **lists})

    @staticmethod
    def overridden(seed: int, given: dict) -> Hyperparameters:
        """The defaults with what is given as JSON; a stage may be given in part, or as null."""
        default = Hyperparameters(seed=seed).to_json()
        parts = {
            key: {**default[key], **given[key]}
            for key in ("stage1", "stage2")
            if given.get(key) and default[key]
        }
        return Hyperparameters.from_json({**default, **given, **parts})
