"""What the curator's small model reads and writes, and the pairs that it learns from.

The prompt stays in one place, the pipeline: pairs come from the requests that `segue curate
--batch-out` writes. A fine-tuned model needs no instructions, and a core pays for every token, so
the request is condensed: the playlist's data as one line. The answer is one line too, without
braces, quotes and line breaks, which T5's vocabulary lacks; the server turns it back into JSON.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

Message = dict[str, str]

LISTS = ("themes", "genres", "moods", "activities", "eras", "artists")
FIELD, ITEM = " | ", "; "
#: characters of a track's name or of one artist's name that the model reads
NAME = 60
#: artists of a track that it reads
CREDITED = 3


class CuratorDataError(ValueError):
    """Requests or answers that cannot be learnt from or answered; says which and why."""


@dataclass(frozen=True)
class Pair:
    id: str
    prompt: str
    answer: str


def prompt_hash(messages: Sequence[Message]) -> str:
    """Names the instructions: a model answers those that it was trained on, no others."""
    system = "\n".join(m["content"] for m in messages if m["role"] == "system")
    return hashlib.sha256(system.encode()).hexdigest()


def condense(messages: Sequence[Message]) -> str:
    """The playlist of a request as one line. Later turns (a refusal, asked again) are left out.

    @raises CuratorDataError where the first user message holds no playlist
    """
    user = next((m["content"] for m in messages if m["role"] == "user"), "")
    start, end = user.find("<playlist>"), user.find("</playlist>")
    try:
        if start < 0 or end < 0:
            raise ValueError("no <playlist> ... </playlist>")
        playlist = json.loads(user[start + len("<playlist>") : end])
        tracks = [track_line(track) for track in playlist["tracks"]]
        title = one_line(playlist["title"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CuratorDataError(f"the user's message holds no playlist as JSON: {error}") from error
    return f"Describe this playlist. title: {title}{FIELD}tracks: {ITEM.join(tracks)}"


def track_line(track: dict) -> str:
    artists = ", ".join(one_line(name)[:NAME] for name in track["artists"][:CREDITED])
    year = f" ({track['year']})" if "year" in track else ""
    return f"{one_line(track['title'])[:NAME]} - {artists}{year}"


def one_line(text: str) -> str:
    """Without line breaks and without the two marks that part fields and items."""
    return " ".join(text.replace("|", "/").replace(";", ",").split())


def answer_line(curation: dict) -> str:
    """A curator's answer as one line, in the order of its schema."""
    lists = [f"{key}: {ITEM.join(one_line(item) for item in curation[key])}" for key in LISTS]
    informative = "yes" if curation["title_informative"] else "no"
    return FIELD.join([
        f"description: {' '.join(curation['description'].replace('|', '/').split())}",
        *lists,
        f"language: {curation.get('language', 'unknown')}",
        f"title informative: {informative}",
        f"confidence: {curation['confidence']}",
    ])  # fmt: skip


def answer_json(line: str) -> dict:
    """The answer that a line spells, as far as it goes: what is missing is left out, not filled in.

    Lists are taken without repetitions and empty items. Nothing else is mended: the pipeline's own
    validation decides.
    """
    parts = (part.partition(":") for part in line.split(FIELD.strip()) if ":" in part)
    fields = {key.strip(): value.strip() for key, _, value in parts}
    answer: dict = {}
    if "description" in fields:
        answer["description"] = fields["description"]
    for key in LISTS:
        if key in fields:
            items = (item.strip() for item in fields[key].split(ITEM.strip()))
            answer[key] = list(dict.fromkeys(item for item in items if item))
    if "language" in fields:
        answer["language"] = fields["language"]
    informative = {"yes": True, "no": False}.get(fields.get("title informative", ""))
    if informative is not None:
        answer["title_informative"] = informative
    with contextlib.suppress(ValueError):
        answer["confidence"] = float(fields.get("confidence", ""))
    return answer


def read_pairs(requests: Path, answers: Path, splits: Path, split: str) -> tuple[list[Pair], str]:
    """Requests of the split that have a recorded answer, in the requests' order; the prompt's hash.

    @param requests: written by `segue curate --batch-out`
    @param answers: curation.jsonl
    @param splits: lines of playlist id, tab, split
    @raises CuratorDataError where the requests hold more than one prompt, or no pair is left
    """
    lines = splits.read_text(encoding="utf-8").splitlines()
    wanted = {name for name, _, of in (line.partition("\t") for line in lines) if of == split}
    recorded = {row["id"]: row for row in read_jsonl(answers)}
    pairs, hashes = [], set()
    for row in read_jsonl(requests):
        name = playlist_of(row["custom_id"])
        if name not in wanted or name not in recorded:
            continue
        messages = row["body"]["messages"]
        hashes.add(prompt_hash(messages))
        pairs.append(Pair(name, condense(messages), answer_line(recorded[name])))
    if len(hashes) > 1:
        raise CuratorDataError(f"{requests} holds {len(hashes)} different prompts; write it anew")
    if not pairs:
        raise CuratorDataError(f"no request of the {split} split in {requests} has an answer")
    return pairs, hashes.pop()


def playlist_of(custom_id: str) -> str:
    """The id in `curate:ID:attempt:hash`; ids may hold colons."""
    return ":".join(custom_id.split(":")[1:-2])


def read_jsonl(path: Path) -> Iterable[dict]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
