"""Answers held to a JSON schema while they are written: a small model left alone writes no JSON.

The one file that imports llguidance, which is optional: without it a schema is refused.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence

import torch
from transformers import LogitsProcessor, PreTrainedTokenizerBase

AVAILABLE = importlib.util.find_spec("llguidance") is not None


def schema_of(request: dict) -> dict | None:
    """The schema that a chat request's `response_format` names, None where it names none."""
    wanted = request.get("response_format") or {}
    if wanted.get("type") == "json_object":
        return {"type": "object"}
    return (wanted.get("json_schema") or {}).get("schema")


class SchemaProcessor(LogitsProcessor):
    """For one batch: each row may only go on as its schema allows, and ends when that is met."""

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        vocabulary: int,
        schemas: Sequence[dict | None],
    ):
        import llguidance.hf
        import llguidance.torch

        self.torch = llguidance.torch
        self.eos = tokenizer.eos_token_id
        grammar = llguidance.LLMatcher.grammar_from_json_schema
        tokens = llguidance.hf.from_tokenizer(tokenizer, n_vocab=vocabulary)
        # No free white space: a small model fills its limit with it.
        plain = {"whitespace_flexible": False}
        self.matchers = [
            schema and llguidance.LLMatcher(tokens, grammar(json.dumps(schema), overrides=plain))
            for schema in schemas
        ]
        self.mask = llguidance.torch.allocate_token_bitmask(1, vocabulary)
        self.written: int | None = None

    def __call__(self, input_ids: torch.LongTensor, scores: torch.Tensor) -> torch.Tensor:
        started, self.written = self.written is not None, input_ids.shape[1]
        for row, matcher in enumerate(self.matchers):
            if matcher is None:
                continue
            if started and not matcher.is_stopped():
                matcher.consume_token(int(input_ids[row, -1]))
            if matcher.is_stopped():
                scores[row] = torch.full_like(scores[row], -torch.inf)
                scores[row, self.eos] = 0
            else:
                self.torch.fill_next_token_bitmask(matcher, self.mask, 0)
                self.torch.apply_token_bitmask_inplace(scores[row : row + 1], self.mask)
        return scores
