"""`python -m segue_training train|merge|export|verify`: one command a step."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

# Weights come from installed packages and local folders only.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

RESUMABLE = ("train", "sweep", "curator-train", "curator-batch")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="segue_training", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)

    step = steps.add_parser("train", help="pairs -> LoRA adapter, resumable")
    step.add_argument("--run", type=Path, required=True, help="the run's folder")
    step.add_argument("--shared", type=Path, help="recorded data; also gives the dev set")
    step.add_argument("--rows", type=Path, help="rows.jsonl of `segue train-data`")
    step.add_argument("--documents", type=Path, help="documents.jsonl beside it")
    step.add_argument("--set", type=json.loads, default={}, help="JSON over the hyper-parameters")
    step.add_argument("--seed", type=int, default=1)
    step.add_argument("--base", type=Path)
    step.add_argument("--device", default="cpu")
    step.add_argument("--threads", type=int, help="CPU threads; torch's default if absent")

    step = steps.add_parser("export", help="torch model -> models/<name>/ (ONNX and manifest)")
    step.add_argument("--source", type=Path, help="merged model folder; the base model if absent")
    step.add_argument("--out", type=Path, default=Path("models/all-minilm-l6-v2"))
    step.add_argument("--precisions", default="int8", help="of int8,fp16,fp32; default int8")
    step.add_argument("--texts", type=Path, help="catalogue folder (demo) to calibrate int8 on")

    step = steps.add_parser("merge", help="base + adapter(s) -> plain model folder")
    step.add_argument("--adapter", type=Path, nargs="+", required=True, help="several: their mean")
    step.add_argument("--scale", type=float, help="lambda; chosen on dev if absent")
    step.add_argument("--out", type=Path, required=True)
    step.add_argument("--shared", type=Path)
    step.add_argument("--base", type=Path)
    step.add_argument("--card", type=Path, help="MODEL_CARD.md to put beside the weights")

    step = steps.add_parser("verify", help="manifest, parity and int8 loss of an exported folder")
    step.add_argument("folder", type=Path)
    step.add_argument("--source", type=Path, help="merged folder; the base model if absent")
    step.add_argument("--shared", type=Path, help="recorded data, for the int8 loss on dev")
    step.add_argument("--quick", action="store_true", help="no dev set")

    step = steps.add_parser("fixtures", help="golden files for the TypeScript tests")
    step.add_argument("--root", type=Path, default=Path(), help="the repository")

    from . import curator, experiments

    curator.add_commands(steps)
    experiments.add_commands(steps)

    options = parser.parse_args(arguments)
    try:
        return run(options, parser)
    except KeyboardInterrupt:
        again = "goes on from its last checkpoint" if options.step in RESUMABLE else "begins anew"
        print(f"\nstopped; the same command {again}", file=sys.stderr)
        return 130


def run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from . import curator, experiments

    if options.step in curator.STEPS:
        return curator.run(options)
    if options.step in experiments.STEPS:
        return experiments.run(options)
    if options.step == "train":
        return run_train(options)
    if options.step == "export":
        return run_export(options, parser)
    if options.step == "merge":
        return run_merge(options)
    if options.step == "verify":
        return run_verify(options)
    if options.step == "fixtures":
        from .fixtures import write_all

        for path in write_all(options.root):
            print(f"{path.stat().st_size:>12,}  {path}")
        return 0
    raise AssertionError(options.step)


def run_train(options: argparse.Namespace) -> int:
    import torch

    from .hyperparameters import Hyperparameters
    from .shared_data import shared_dir
    from .step1_train import train

    if options.threads:
        torch.set_num_threads(options.threads)
    own = options.rows and options.documents
    train(
        options.run,
        Hyperparameters.overridden(options.seed, options.set),
        None if own and not options.shared else shared_dir(options.shared),
        options.rows,
        options.documents,
        options.base,
        options.device,
    )
    return 0


def run_merge(options: argparse.Namespace) -> int:
    from .encoder import base_model_dir
    from .lora import average
    from .measure import DevSet, brief
    from .shared_data import SharedData, shared_dir
    from .step2_merge import choose_scale, merge

    base = options.base or base_model_dir()
    scale = options.scale
    card = options.card.read_text(encoding="utf-8") if options.card else "# Merged model\n"
    with tempfile.TemporaryDirectory() as folder:
        adapter = Path(folder)
        average(options.adapter, adapter)
        if scale is None:
            dev = DevSet(SharedData(shared_dir(options.shared)))
            found = choose_scale(base, adapter, dev)
            for value, figures in found.items():
                print(value, json.dumps(brief(figures)))
            scale = max(found, key=lambda value: found[value]["mrr@10"])
        merge(base, adapter, scale, options.out, card)
    print(f"{options.out}: {len(options.adapter)} adapter(s) at scale {scale}")
    return 0


def run_verify(options: argparse.Namespace) -> int:
    from .fixtures import WRITTEN
    from .manifest import ManifestError
    from .measure import DevSet
    from .shared_data import SharedData, shared_dir
    from .step4_verify import VerificationError, verify

    dev = None if options.quick else DevSet(SharedData(shared_dir(options.shared)))
    texts = [text for text in WRITTEN if len(text) < 1000]
    try:
        report = verify(options.folder, options.source, dev, texts)
    except (ManifestError, VerificationError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(report, indent=2))
    return 0


def run_export(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from .int8_ready import calibration_texts
    from .step3_export import PRECISIONS, export

    precisions = tuple(options.precisions.split(","))
    unknown = sorted(set(precisions) - set(PRECISIONS))
    if unknown:
        parser.error(f"--precisions: {', '.join(unknown)}; known are {', '.join(PRECISIONS)}")
    texts = calibration_texts(options.texts) if options.texts else []
    written = export(options.source, options.out, precisions, texts)
    for entry in written["files"]:
        print(f"{entry['bytes']:>12,}  {entry['path']}")
    print(f"{options.out}: fingerprint {written['fingerprint']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
