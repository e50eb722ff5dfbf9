"""Answers a file of OpenAI Batch API requests, several at a time: on a CPU, where each token waits
for the weights to be read, that is several times the pace of one request after the other.
"""

from __future__ import annotations

import json
from pathlib import Path

from tqdm import tqdm

from .curator_model import CuratorModel
from .curator_schema import AVAILABLE, schema_of
from .curator_serve import completion
from .curator_text import CuratorDataError, prompt_hash, read_jsonl


def answer_batch(
    curator: CuratorModel, name: str, requests: Path, responses: Path, batch: int,
    quiet: bool = False,
) -> int:  # fmt: skip
    """Appends a response for every request that has none yet; the number of those.

    @raises CuratorDataError where the requests hold another prompt than the adapter's
    """
    done = {row["custom_id"] for row in read_jsonl(responses)} if responses.is_file() else set()
    rows = [row for row in read_jsonl(requests) if row["custom_id"] not in done]
    wanted = curator.card and curator.card["prompt_sha256"]
    if wanted and any(prompt_hash(row["body"]["messages"]) != wanted for row in rows):
        raise CuratorDataError(f"{requests}: the model was trained on another prompt")
    # Alike lengths and one temperature in a batch.
    rows.sort(key=lambda row: (row["body"].get("temperature", 1.0), len(json.dumps(row))))
    bar = tqdm(total=len(rows), desc="answers", disable=quiet)
    with responses.open("a", encoding="utf-8") as out:
        for at in range(0, len(rows), batch):
            part = rows[at : at + batch]
            bodies = [row["body"] for row in part]
            answers = curator.answer(
                [body["messages"] for body in bodies],
                max(body.get("max_tokens", 512) for body in bodies),
                bodies[0].get("temperature", 1.0),
                [schema_of(body) for body in bodies] if AVAILABLE else (),
            )
            for row, answer in zip(part, answers, strict=True):
                response = {"status_code": 200, "body": completion(answer, name)}
                line = {"custom_id": row["custom_id"], "response": response, "error": None}
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
            out.flush()
            bar.update(len(part))
    bar.close()
    return len(rows)
