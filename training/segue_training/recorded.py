"""Training rows from the recorded data, one function a source of the paper."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable

from .document import FACETS, playlist_text
from .shared_data import SharedData
from .train_data import Row, TrainingData

SOURCES = ("llm", "metadata", "logs", "labels")


def build(data: SharedData, sources: Iterable[str], metadata_rows: int, seed: int) -> TrainingData:
    """Rows of the named sources over the train split, without any query that dev asks too; queries
    that meet again in another row share their positives, so that none of them is a negative."""
    wanted = set(sources)
    if unknown := wanted - set(SOURCES):
        raise ValueError(f"unknown sources {sorted(unknown)}; known are {SOURCES}")
    rows: list[Row] = []
    if "llm" in wanted:
        rows += llm_rows(data)
    if "logs" in wanted:
        rows += log_rows(data)
    if "metadata" in wanted:
        rows += metadata(data, metadata_rows, seed)
    if "labels" in wanted:
        rows += label_rows(data)
    held_out = held_out_queries(data)
    rows = [row for row in rows if folded(row.query) not in held_out]
    return TrainingData(tuple(united(rows, twins(data))), train_documents(data))


def folded(query: str) -> str:
    return " ".join(query.lower().split())


def held_out_queries(data: SharedData) -> set[str]:
    """No query string on both sides of the split, whoever wrote it."""
    graded = [q.text for name in ("benchmark-dev", "dev-graded") for q in data.graded(name)]
    return {folded(text) for text in (*graded, *(text for _, _, text in data.queries_of("dev")))}


def train_documents(data: SharedData) -> dict[str, str]:
    train = {key: text for key, text in data.documents.items() if data.splits[key] == "train"}
    logged = {row["id"]: playlist_text(as_playlist(row), row["curation"]) for row in data.requests}
    return {**train, **logged}


def as_playlist(request: dict) -> dict:
    """A listener's kept tracks are a playlist without a title."""
    return {"id": request["id"], "title": "", "tracks": request["liked"]}


def llm_rows(data: SharedData) -> list[Row]:
    """Queries that a language model wrote for a playlist."""
    return [Row(text, (key,), source="llm") for key, _, text in data.queries_of("train")]


def log_rows(data: SharedData) -> list[Row]:
    """What real people asked for, with the playlist of the tracks that they kept: the nearest thing
    to a click log. A later turn ("more like that") means little without the first."""
    rows = []
    for row in data.requests:
        turns = [turn.strip() for turn in row["requests"] if turn.strip()]
        texts = [turns[0], " ".join(turns[:3]), *(turn for turn in turns[1:4] if len(turn) > 25)]
        rows += [Row(text, (row["id"],), source="logs") for text in dict.fromkeys(texts)]
    return rows


def label_rows(data: SharedData) -> list[Row]:
    """Graded pairs: 2 and 3 are positives, 0 a hard negative, 1 neither. Candidates were drawn from
    the whole catalogue; those of dev and test stay out."""
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    known: dict[str, str] = {}
    for label in data.labels:
        if label.source != "probe" and data.splits[label.playlist] == "train":
            grades[label.query][label.playlist] = label.grade
        known[label.query] = label.written_for
    rows = []
    for query, answers in grades.items():
        good = [key for key, grade in answers.items() if grade >= 2]
        own = known[query]
        positives = dict.fromkeys([own, *good] if answers.get(own, 3) >= 2 else good)
        if positives:
            bad = tuple(
                key for key, grade in answers.items() if grade == 0 and key not in positives
            )
            half = tuple(
                key for key, grade in answers.items() if grade == 1 and key not in positives
            )
            rows.append(Row(query, tuple(positives), bad, "labels", half))
    return rows


def metadata(data: SharedData, count: int, seed: int) -> list[Row]:
    """Titles, facets and their combinations; every playlist that has all the facets named is a
    positive."""
    dice = random.Random(f"metadata {seed}")
    holders: dict[str, set[str]] = defaultdict(set)
    facets: dict[str, dict[str, list[str]]] = {}
    for key, answer in answers_of(data):
        facets[key] = {name: [value.lower() for value in answer[name]] for name in FACETS}
        for values in facets[key].values():
            for value in values:
                holders[value].add(key)
    rows = []
    for key, answer in answers_of(data):
        title = data.playlists[key]["title"] if key in data.playlists else ""
        if title and answer["title_informative"]:
            rows.append(Row(title.lower(), (key,), source="metadata"))
        for _ in range(count):
            values = combination(facets[key], dice)
            if values:
                shared = set.intersection(*(holders[value] for value in values))
                others = sorted(shared - {key})
                rows.append(Row(" ".join(values), (key, *others), source="metadata"))
    return rows


def answers_of(data: SharedData) -> Iterable[tuple[str, dict]]:
    for key, answer in data.curations.items():
        if data.splits[key] == "train":
            yield key, answer
    for row in data.requests:
        yield row["id"], row["curation"]


SHAPES = (
    ("genres",), ("themes",), ("activities",), ("artists",),
    ("moods", "genres"), ("eras", "genres"), ("genres", "activities"), ("moods", "activities"),
    ("artists", "artists"), ("genres", "artists"), ("themes", "genres"), ("moods", "themes"),
    ("eras", "moods", "genres"), ("moods", "genres", "activities"), ("eras", "themes"),
)  # fmt: skip


def combination(facets: dict[str, list[str]], dice: random.Random) -> list[str]:
    """One value of each facet of a random shape, in that order; [] where a facet is empty."""
    shape = dice.choice(SHAPES)
    values = [dice.choice(facets[name]) for name in shape if facets[name]]
    return list(dict.fromkeys(values)) if len(values) == len(shape) else []


def twins(data: SharedData) -> dict[str, set[str]]:
    """Train playlists for one idea: equal folded titles, or half of their tracks in common."""
    by_title: dict[str, list[str]] = defaultdict(list)
    by_track: dict[tuple[str, str], list[str]] = defaultdict(list)
    size: dict[str, int] = {}
    for key, row in data.playlists.items():
        if data.splits[key] != "train":
            continue
        by_title["".join(filter(str.isalnum, row["title"].lower()))].append(key)
        tracks = {(t["title"].lower(), "".join(t["artists"][:1]).lower()) for t in row["tracks"]}
        size[key] = len(tracks)
        for track in tracks:
            by_track[track].append(key)
    found: dict[str, set[str]] = defaultdict(set)
    for title, keys in by_title.items():
        for key in keys if title else ():
            found[key].update(other for other in keys if other != key)
    common: dict[tuple[str, str], int] = defaultdict(int)
    for keys in by_track.values():
        for key in keys:
            for other in keys:
                common[key, other] += key != other
    for (key, other), count in common.items():
        if count and count >= 0.5 * min(size[key], size[other]):
            found[key].add(other)
    return found


def united(rows: list[Row], near: dict[str, set[str]]) -> Iterable[Row]:
    """Rows whose query is known elsewhere learn its other positives and ignored documents; twins of
    a positive are ignored; a label that a playlist is wrong outlives its being a twin."""
    positives: dict[str, dict[str, None]] = defaultdict(dict)
    ignored: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        query = folded(row.query)
        positives[query].update(dict.fromkeys(row.positives))
        ignored[query].update(row.ignored)
    for row in rows:
        query = folded(row.query)
        others = [key for key in positives[query] if key not in row.positives]
        negatives = tuple(key for key in row.negatives if key not in positives[query])
        unclear = ignored[query].union(others, *(near.get(key, ()) for key in row.positives))
        unclear -= {*row.positives, *negatives}
        yield Row(row.query, row.positives, negatives, row.source, tuple(sorted(unclear)))
