"""Reader of the recorded data: catalogue, real playlists, curator answers, queries, labels, splits.

`segue train-data` writes the same shapes from a catalogue of one's own; this reader is how the
published models were trained and measured.
"""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .document import playlist_text


def shared_dir(option: Path | None = None) -> Path:
    """The data folder: the option, else SEGUE_SHARED, else ../shared."""
    folder = option or Path(os.environ.get("SEGUE_SHARED", "../shared"))
    if not (folder / "catalogue" / "playlists.jsonl").is_file():
        raise FileNotFoundError(
            f"{folder} has no catalogue/playlists.jsonl; name the data folder with --shared "
            "or SEGUE_SHARED"
        )
    return folder


@dataclass(frozen=True)
class Label:
    query: str
    playlist: str
    grade: int
    source: str
    written_for: str


@dataclass(frozen=True)
class GradedQuery:
    id: str
    text: str
    intent: str
    grades: dict[str, int]


class SharedData:
    """Everything is read on first use and kept."""

    def __init__(self, folder: Path):
        self.folder = folder

    @cached_property
    def playlists(self) -> dict[str, dict]:
        """Catalogue first, then the real playlists, by id."""
        files = ("catalogue/playlists.jsonl", "corpus/real.jsonl")
        return {row["id"]: row for file in files for row in self.rows(file)}

    @cached_property
    def curations(self) -> dict[str, dict]:
        files = ("llm/curation-catalogue.jsonl", "llm/curation-real.jsonl")
        return {row["id"]: row for file in files for row in self.rows(file)}

    @cached_property
    def documents(self) -> dict[str, str]:
        """The enriched text of every playlist."""
        return {
            key: playlist_text(row, self.curations.get(key)) for key, row in self.playlists.items()
        }

    @cached_property
    def splits(self) -> dict[str, str]:
        lines = (self.folder / "eval" / "splits.tsv").read_text(encoding="utf-8").splitlines()
        return dict(line.split("\t") for line in lines)

    @cached_property
    def queries(self) -> list[tuple[str, str, str]]:
        """(playlist id, query type, text) of every LLM-written query."""
        files = ("llm/queries-catalogue.jsonl", "llm/queries-real.jsonl")
        return [
            (row["id"], kind, text)
            for file in files
            for row in self.rows(file)
            for kind, text in row["queries"]
        ]

    def queries_of(self, split: str) -> list[tuple[str, str, str]]:
        return [row for row in self.queries if self.splits[row[0]] == split]

    @cached_property
    def labels(self) -> list[Label]:
        with (self.folder / "llm" / "labels-train.tsv").open(encoding="utf-8", newline="") as file:
            return [
                Label(r["query"], r["id"], int(r["grade"]), r["source"], r["written_for"])
                for r in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            ]

    @cached_property
    def requests(self) -> list[dict]:
        """Real people's dialogues: the tracks that they kept, and a curator's answer for those."""
        answers = {row["id"]: row for row in self.rows("llm/curation-cpcd.jsonl")}
        return [
            {**row, "curation": answers[row["id"]]} for row in self.rows("eval/cpcd-human.jsonl")
        ]

    def graded(self, name: str) -> list[GradedQuery]:
        """A graded set in BEIR's form: eval/<name>/queries.jsonl and qrels.tsv."""
        grades: dict[str, dict[str, int]] = {}
        lines = (self.folder / "eval" / name / "qrels.tsv").read_text(encoding="utf-8").splitlines()
        for line in lines[1:]:
            query, playlist, grade = line.split("\t")
            grades.setdefault(query, {})[playlist] = int(grade)
        return [
            GradedQuery(r["_id"], r["text"], r.get("intent", ""), grades.get(r["_id"], {}))
            for r in self.rows(f"eval/{name}/queries.jsonl")
        ]

    def rows(self, file: str) -> list[dict]:
        with (self.folder / file).open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
