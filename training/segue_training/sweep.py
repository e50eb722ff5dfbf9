"""Many trainings from one plan, several at a time: hyper-parameter sweeps and the ladder.

A plan is a JSON list of {"name", "settings": overrides, "seeds": [..], "control"?: "shuffled",
"keep"?: true (the adapter), "curve"?: true (dev after each epoch), "detail"?: true (the rank of
each query, which `ladder` needs)}. Each run appends one line to results.jsonl as it ends; names
that are there already are skipped, so that a stopped sweep goes on.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from dataclasses import replace
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Lock
from pathlib import Path

import torch

from .hyperparameters import Hyperparameters
from .measure import DevSet, brief
from .recipe import fit, shuffled
from .recorded import build
from .shared_data import SharedData


def jobs_of(plan: list[dict], done: set[str]) -> list[dict]:
    jobs = []
    for entry in plan:
        for seed in entry.get("seeds", [1]):
            name = f"{entry['name']}/seed{seed}"
            if name not in done:
                jobs.append({**entry, "seed": seed, "run": name})
    return jobs


def run_all(
    plan: list[dict],
    data: SharedData,
    base: Path,
    out: Path,
    device: str,
    workers: int,
    threads: int,
    seconds: float,
) -> None:
    """Runs the plan; no job is begun after `seconds`."""
    out.mkdir(parents=True, exist_ok=True)
    results = out / "results.jsonl"
    done = set()
    if results.exists():
        done = {json.loads(line)["run"] for line in results.read_text().splitlines()}
    # Forked after the imports and the data, which take longer than a short training on a GPU.
    # Nothing has touched CUDA by then.
    dev = DevSet(data)
    torch.set_num_threads(threads)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    for job in jobs_of(plan, done):
        queue.put(job)
    for _ in range(workers):
        queue.put(None)
    lock = context.Lock()
    arguments = (queue, lock, data, dev, base, out, device, time.time() + seconds)
    team = [context.Process(target=work, args=arguments) for _ in range(workers)]
    for process in team:
        process.start()
    for process in team:
        process.join()


def work(
    queue: Queue,
    lock: Lock,
    data: SharedData,
    dev: DevSet,
    base: Path,
    out: Path,
    device: str,
    until: float,
) -> None:
    if device == "cuda":
        torch.set_float32_matmul_precision("high")
    while (job := queue.get()) is not None and time.time() < until:
        began = time.time()
        settings = Hyperparameters.overridden(job["seed"], job.get("settings", {}))
        rows = build(data, settings.sources, settings.metadata_rows, settings.seed)
        if job.get("control") == "shuffled":
            rows = shuffled(rows, settings.seed)
        every = (lambda embed: brief(dev.measure(embed))) if job.get("curve") else None
        outcome = fit(base, rows, settings, device, every, quiet=True)
        figures = dev.measure(outcome.embed)
        if job.get("keep"):
            outcome.model.save_pretrained(out / "adapters" / job["run"].replace("/", "-"))
        line = {
            "run": job["run"],
            "name": job["name"],
            "seed": job["seed"],
            "settings": replace(settings, seed=job["seed"]).to_json(),
            "rows": len(rows.rows),
            "data": rows.digest(),
            "seconds": round(time.time() - began, 1),
            "figures": figures if job.get("detail") else brief(figures),
            "stages": outcome.stages,
        }
        with lock, (out / "results.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
        text = " ".join(f"{k}={v:.3f}" for k, v in brief(figures).items() if k in SHOWN)
        print(f"{job['run']:<40} {text} {line['seconds']:.0f} s", flush=True)


SHOWN = ("recall@1", "recall@3", "recall@10", "benchmark_ndcg@10", "benchmark_p@1")
