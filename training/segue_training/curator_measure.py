"""How faithful a curator's answers are: what the pipeline accepted, and, over all first answers,
how much of what they say the tracks support and how much of it a reference curator said too.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from .curator_text import playlist_of, read_jsonl

TRACKS_READ = 15


@dataclass
class Overlap:
    """Named items against those that are right, over all playlists."""

    named: int = 0
    right: int = 0
    both: int = 0

    def add(self, named: list[str], right: set[str]) -> None:
        folded = {name.casefold() for name in named}
        self.named += len(folded)
        self.right += len(right)
        self.both += len(folded & right)

    def report(self) -> dict:
        return {
            "named": self.named,
            "precision": round(self.both / self.named, 3) if self.named else None,
            "recall": round(self.both / self.right, 3) if self.right else None,
        }


@dataclass
class Faithfulness:
    playlists: int = 0
    answers: int = 0
    objects: int = 0
    cut_off: int = 0
    artists: Overlap = field(default_factory=Overlap)
    eras: Overlap = field(default_factory=Overlap)
    genres: Overlap = field(default_factory=Overlap)
    same_language: int = 0


def measure(playlists: Path, out: Path, reference: Path) -> dict:
    """Figures of the folder that `segue curate --out` wrote.

    Artists are compared with the credits of the tracks read, eras with their decades; genres and
    language with the reference's.
    """
    wanted = {row["id"]: row for row in read_jsonl(playlists)}
    told = {row["id"]: row for row in read_jsonl(reference)}
    found = Faithfulness(playlists=len(wanted))
    for entry in read_jsonl(out / "journal.jsonl"):
        name, attempt = playlist_of(entry["customId"]), entry["customId"].split(":")[-2]
        if attempt != "1" or name not in wanted:
            continue
        found.answers += 1
        found.cut_off += bool(entry["truncated"])
        answer = object_of(entry["content"])
        if answer is not None:
            found.objects += 1
            compare(found, answer, wanted[name]["tracks"][:TRACKS_READ], told[name])
    accepted = sum(1 for _ in read_jsonl(out / "curation.jsonl"))
    refused = Counter(
        reason.partition(":")[0]
        for row in read_jsonl(out / "rejected.jsonl")
        for reason in row["reasons"]
    )
    return {
        "playlists": found.playlists,
        "accepted": accepted,
        "refusals of those set aside": dict(refused),
        "first answers": found.answers,
        "with JSON": found.objects,
        "cut off": found.cut_off,
        "artists in the tracks": found.artists.report() | {"recall": None},
        "eras of the tracks": found.eras.report(),
        "genres of the reference": found.genres.report(),
        "language as the reference": f"{found.same_language}/{found.objects}",
    }


def compare(found: Faithfulness, answer: dict, tracks: list[dict], told: dict) -> None:
    credits = {artist.casefold() for track in tracks for artist in track["artists"]}
    decades = {f"{track['year'] // 10}0s" for track in tracks if "year" in track}
    found.artists.add(texts(answer, "artists"), credits)
    found.eras.add(texts(answer, "eras"), decades)
    found.genres.add(texts(answer, "genres"), {genre.casefold() for genre in told["genres"]})
    found.same_language += answer.get("language", "unknown") == told.get("language", "unknown")


def texts(answer: dict, key: str) -> list[str]:
    value = answer.get(key)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def object_of(content: str) -> dict | None:
    """The JSON object that an answer is; the pipeline's reader also finds one within other text."""
    try:
        value = json.loads(content)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
