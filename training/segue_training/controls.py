"""Controls of a tuned model: does the gain hold where words do not help, and what was forgotten?"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Sequence

import numpy as np

from .measure import DevSet, known_item_ranks

Embed = Callable[[Sequence[str]], np.ndarray]

WORD = re.compile(r"\w+")
CUTS = (1, 3, 10)

#: modules that are about computing alone, import nothing outside the library and print nothing
MODULES = (
    "argparse", "asyncio", "base64", "bisect", "calendar", "codecs", "collections", "configparser",
    "contextlib", "copy", "csv", "ctypes", "datetime", "decimal", "difflib", "dis", "doctest",
    "email", "enum", "fileinput", "fnmatch", "fractions", "ftplib", "functools", "gettext", "glob",
    "gzip", "hashlib", "heapq", "html", "http", "imaplib", "importlib", "inspect", "io",
    "ipaddress", "itertools", "json", "locale", "logging", "lzma", "mailbox", "math", "mimetypes",
    "multiprocessing", "operator", "os", "pathlib", "pickle", "pkgutil", "platform", "plistlib",
    "pprint", "queue", "random", "re", "sched", "secrets", "selectors", "shelve", "shlex", "shutil",
    "signal", "smtplib", "socket", "sqlite3", "ssl", "stat", "statistics", "string", "struct",
    "subprocess", "tarfile", "tempfile", "textwrap", "threading", "time", "timeit", "tokenize",
    "traceback", "types", "typing", "unittest", "urllib", "uuid", "warnings", "weakref", "xml",
    "zipfile", "zoneinfo",
)  # fmt: skip


def low_overlap(dev: DevSet, share: float = 0.5) -> list[bool]:
    """Which dev queries share at most that part of their words with their answer's text."""

    def overlap(query: str, text: str) -> float:
        asked = set(WORD.findall(query.lower()))
        return len(asked & set(WORD.findall(text.lower()))) / max(1, len(asked))

    pairs = zip(dev.queries, dev.known, strict=True)
    return [overlap(query, dev.documents[known]) <= share for query, known in pairs]


def non_music() -> tuple[list[str], list[str]]:
    """Queries and their one answer each, about anything but music: what Python's own library says
    of its functions and classes, the first sentence against the rest. Every machine has it."""
    found: dict[str, str] = {}
    for name in MODULES:
        for module in (name, *submodules(name)):
            for _, thing in inspect.getmembers(sys.modules[module], callable):
                text = inspect.getdoc(thing) or ""
                first, _, rest = text.partition("\n\n")
                first, rest = " ".join(first.split()), " ".join(rest.split())
                if getattr(thing, "__module__", None) == module and is_prose(first, rest):
                    found.setdefault(first, rest)
    texts: dict[str, str] = {rest: first for first, rest in found.items()}
    return list(texts.values()), list(texts)


def submodules(name: str) -> list[str]:
    """Imports a module and what it holds one level down, but for programs and tests."""
    module = importlib.import_module(name)
    inner = pkgutil.iter_modules(getattr(module, "__path__", []))
    names = [f"{name}.{item.name}" for item in inner if not re.match(r"_|test|idle", item.name)]
    loaded = []
    for inside in names:
        try:
            importlib.import_module(inside)
            loaded.append(inside)
        except ImportError:  # another system's: msvcrt, winreg
            continue
    return loaded


def is_prose(first: str, rest: str) -> bool:
    return 15 < len(first) < 120 and len(rest) > 60 and ">>>" not in rest[:60]


def control(embed: Embed, dev: DevSet) -> dict:
    """Recall@1/3/10 on the low-overlap dev queries and on the non-music set."""
    queries, documents = non_music()
    hard = np.array(low_overlap(dev))
    own = known_item_ranks(embed(dev.queries) @ embed(dev.documents).T, dev.known)[hard]
    other = known_item_ranks(embed(queries) @ embed(documents).T, range(len(queries)))
    return {
        "low overlap": {"n": len(own), **{f"recall@{k}": float((own <= k).mean()) for k in CUTS}},
        "non-music": {"n": len(other), **{f"recall@{k}": float((other <= k).mean()) for k in CUTS}},
    }
