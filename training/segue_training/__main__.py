"""`python -m segue_training train|merge|export|verify`: one command a step."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

# Weights come from installed packages and local folders only.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="segue_training", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)

    step = steps.add_parser("export", help="torch model -> models/<name>/ (ONNX and manifest)")
    step.add_argument("--source", type=Path, help="merged model folder; the base model if absent")
    step.add_argument("--out", type=Path, default=Path("models/all-minilm-l6-v2"))
    step.add_argument("--precisions", default="int8", help="of int8,fp16,fp32; default int8")

    step = steps.add_parser("fixtures", help="golden files for the TypeScript tests")
    step.add_argument("--root", type=Path, default=Path(), help="the repository")

    options = parser.parse_args(arguments)
    if options.step == "export":
        return run_export(options, parser)
    if options.step == "fixtures":
        from .fixtures import write_all

        for path in write_all(options.root):
            print(f"{path.stat().st_size:>12,}  {path}")
        return 0
    raise AssertionError(options.step)


def run_export(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from .step3_export import PRECISIONS, export

    precisions = tuple(options.precisions.split(","))
    unknown = sorted(set(precisions) - set(PRECISIONS))
    if unknown:
        parser.error(f"--precisions: {', '.join(unknown)}; known are {', '.join(PRECISIONS)}")
    written = export(options.source, options.out, precisions)
    for entry in written["files"]:
        print(f"{entry['bytes']:>12,}  {entry['path']}")
    print(f"{options.out}: fingerprint {written['fingerprint']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
