"""The command line of experiments: many trainings, the ladder they make, controls of a model."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

STEPS = ("sweep", "ladder", "controls")


def add_commands(steps: argparse._SubParsersAction) -> None:
    step = steps.add_parser("sweep", help="many trainings from a plan, measured on dev")
    add_data(step)
    step.add_argument("plan", type=Path)
    step.add_argument("--out", type=Path, default=Path("training/runs/sweep"))
    step.add_argument("--device", default="cpu")
    step.add_argument("--workers", type=int, default=1)
    step.add_argument("--threads", type=int, default=1, help="CPU threads of each worker")
    step.add_argument("--seconds", type=float, default=float("inf"), help="start none after that")

    step = steps.add_parser("ladder", help="results of sweeps -> a table of rungs")
    add_data(step)
    step.add_argument("results", type=Path, nargs="+", help="results.jsonl of runs with detail")
    step.add_argument("--out", type=Path, help="also as JSON")

    step = steps.add_parser("controls", help="low word overlap and forgetting, beside the base")
    add_data(step)
    step.add_argument("source", type=Path, help="merged model folder")


def add_data(step: argparse.ArgumentParser) -> None:
    step.add_argument("--shared", type=Path, help="recorded data; also gives the dev set")
    step.add_argument("--base", type=Path, help="base model folder; the package's if absent")


def run(options: argparse.Namespace) -> int:
    from .encoder import Encoder, base_model_dir, embed, load_tokenizer, load_transformer
    from .shared_data import SharedData, shared_dir

    base, data = options.base or base_model_dir(), SharedData(shared_dir(options.shared))
    if options.step == "sweep":
        from .sweep import run_all

        plan = json.loads(options.plan.read_text())
        limits = options.workers, options.threads, options.seconds
        run_all(plan, data, base, options.out, options.device, *limits)
        return 0
    if options.step == "ladder":
        from .ladder import ladder

        print(ladder(data, base, options.results, options.out), end="")
        return 0
    from .controls import control
    from .measure import DevSet

    dev, tokenizer = DevSet(data), load_tokenizer(base)
    for name, folder in (("base", base), (str(options.source), options.source)):
        encoder = Encoder(load_transformer(folder))
        figures = control(lambda texts, e=encoder: embed(e, tokenizer, texts), dev)
        print(json.dumps({"model": name, **figures}))
    return 0
