"""The format of training data: what `segue train-data` writes and the trainer reads.

rows.jsonl: {"query", "positives": [ids], "negatives": [ids], "source", "ignored"?: [ids]}
documents.jsonl: {"id", "text", "split"}

`positives` are known answers and never negatives of their query; `negatives` are labelled hard
negatives; `ignored` are neither (half-right answers, near-twins of a positive).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    query: str
    positives: tuple[str, ...]
    negatives: tuple[str, ...] = ()
    source: str = ""
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainingData:
    rows: tuple[Row, ...]
    #: text of each document by id, all of the split train
    documents: dict[str, str]

    def digest(self) -> str:
        """SHA-256 of rows and documents, for the model card."""
        state = hashlib.sha256()
        for line in (*row_lines(self.rows), *document_lines(self.documents)):
            state.update(line.encode())
        return state.hexdigest()


class TrainingDataError(Exception):
    """A row cannot be used: file, line number and reason."""


def read(rows: Path, documents: Path) -> TrainingData:
    """Reads both files; documents of other splits are left out, and a row that needs one is an
    error: training must never see dev or test."""
    texts, elsewhere = {}, {}
    for item in parse(documents):
        split = item.get("split", "train")
        (texts if split == "train" else elsewhere)[item["id"]] = item["text"]
    found = []
    for number, item in enumerate(parse(rows), start=1):
        row = Row(
            item["query"],
            tuple(item["positives"]),
            tuple(item.get("negatives", ())),
            item.get("source", ""),
            tuple(item.get("ignored", ())),
        )
        for key in (*row.positives, *row.negatives):
            if key not in texts:
                where = "of the split dev or test" if key in elsewhere else f"not in {documents}"
                raise TrainingDataError(f"{rows}:{number}: document {key} is {where}")
        if not row.query.strip() or not row.positives:
            raise TrainingDataError(f"{rows}:{number}: a row needs a query and a positive")
        found.append(row)
    return TrainingData(tuple(found), texts)


def write(data: TrainingData, rows: Path, documents: Path) -> None:
    rows.write_text("".join(row_lines(data.rows)), encoding="utf-8")
    documents.write_text("".join(document_lines(data.documents)), encoding="utf-8")


def parse(path: Path) -> Iterable[dict]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise TrainingDataError(f"{path}:{number}: not JSON: {error}") from error


def row_lines(rows: Iterable[Row]) -> Iterable[str]:
    for row in rows:
        item = {
            "query": row.query,
            "positives": row.positives,
            "negatives": row.negatives,
            "source": row.source,
            **({"ignored": row.ignored} if row.ignored else {}),
        }
        yield json.dumps(item, ensure_ascii=False) + "\n"


def document_lines(documents: dict[str, str]) -> Iterable[str]:
    for key, text in documents.items():
        yield json.dumps({"id": key, "text": text, "split": "train"}, ensure_ascii=False) + "\n"
