"""A small language model, causal or encoder-decoder, that learns the curator's answers and gives
them. Its configuration says which of the two it is; nothing else differs outside this file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, TaskType, get_peft_model
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    PreTrainedTokenizerBase,
)

from .curator_schema import SchemaProcessor
from .curator_text import Message, Pair, answer_json, condense

CARD = "curator.json"
IGNORED = -100
#: times the longest answer learnt
RUNAWAY = 1.25


@dataclass(frozen=True)
class Answer:
    #: JSON where the model is fine-tuned, else whatever it wrote
    content: str
    prompt_tokens: int
    completion_tokens: int
    #: whether the limit on tokens ended it
    truncated: bool


class CuratorModel:
    """A model with its tokenizer; `card` is what the adapter was trained on, None without one."""

    def __init__(
        self,
        model: nn.Module,
        tokenizer: PreTrainedTokenizerBase,
        encoder_decoder: bool,
        card: dict | None = None,
    ):
        self.model, self.tokenizer, self.card = model, tokenizer, card
        self.encoder_decoder = encoder_decoder
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token

    @staticmethod
    def load(folder: Path, adapter: Path | None = None, dtype: str = "bfloat16") -> CuratorModel:
        """The base, with the adapter merged into its weights where one is given.

        @raises FileNotFoundError where a folder is not what its name says
        """
        for path in [folder / "config.json", *([adapter / CARD] if adapter else [])]:
            if not path.is_file():
                raise FileNotFoundError(f"{path} is missing")
        encoder_decoder = AutoConfig.from_pretrained(folder).is_encoder_decoder
        kind = AutoModelForSeq2SeqLM if encoder_decoder else AutoModelForCausalLM
        model = kind.from_pretrained(folder, dtype=getattr(torch, dtype))
        tokenizer = AutoTokenizer.from_pretrained(folder)
        card = None
        if adapter:
            card = json.loads((adapter / CARD).read_text(encoding="utf-8"))
            model = PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
        return CuratorModel(model.eval(), tokenizer, encoder_decoder, card)

    def add_adapter(self, rank: int, alpha: int) -> None:
        """A fresh LoRA adapter on every linear layer but the output's; the base stays frozen."""
        kind = TaskType.SEQ_2_SEQ_LM if self.encoder_decoder else TaskType.CAUSAL_LM
        config = LoraConfig(
            r=rank, lora_alpha=alpha, target_modules="all-linear", task_type=kind
        )  # fmt: skip
        self.model = get_peft_model(self.model, config)

    def encode(self, pair: Pair) -> tuple[list[int], list[int]]:
        """Token ids of prompt and answer; the answer ends with the end-of-text token."""
        return self.prompt_ids(pair.prompt), self.ids(pair.answer)

    def ids(self, text: str) -> list[int]:
        ids = self.tokenizer(text, add_special_tokens=False).input_ids
        return [*ids, self.tokenizer.eos_token_id]

    def prompt_ids(self, prompt: str) -> list[int]:
        if self.encoder_decoder:
            return self.ids(prompt)
        return self.tokenizer(f"{prompt}\nAnswer: ", add_special_tokens=False).input_ids

    def loss(self, batch: Sequence[tuple[list[int], list[int]]]) -> torch.Tensor:
        """Mean cross-entropy of the answers' tokens; the prompts' are read, not learnt."""
        if self.encoder_decoder:
            ids, mask = self.padded([prompt for prompt, _ in batch])
            labels = [torch.tensor(answer) for _, answer in batch]
            labels = pad_sequence(labels, batch_first=True, padding_value=IGNORED)
            return self.model(input_ids=ids, attention_mask=mask, labels=labels).loss
        # Padded on the left: all answers end at the right edge, and only there the output layer,
        # a fifth of so small a model, has to run.
        ids, mask = self.padded([prompt + answer for prompt, answer in batch])
        kept = max(len(answer) for _, answer in batch) + 1
        labels = torch.full_like(ids, IGNORED)
        for row, (_, answer) in zip(labels, batch, strict=True):
            row[-len(answer) :] = torch.tensor(answer)
        logits = self.model(
            input_ids=ids, attention_mask=mask, position_ids=positions(mask), logits_to_keep=kept
        ).logits
        told = logits[:, :-1].float().flatten(0, 1)
        return nn.functional.cross_entropy(told, labels[:, -kept + 1 :].flatten())

    @torch.inference_mode()
    def answer(
        self,
        requests: Sequence[Sequence[Message]],
        limit: int,
        temperature: float,
        schemas: Sequence[dict | None] = (),
    ) -> list[Answer]:
        """Answers to chat requests, computed side by side.

        @param limit: tokens of an answer
        @param temperature: 0 is greedy
        @param schemas: what each answer has to fit; a fine-tuned model has a form of its own
        @raises CuratorDataError where a fine-tuned model is asked about something else
        """
        prompts = [self.chat_ids(messages) for messages in requests]
        if self.card:
            # What is far longer than any answer learnt repeats itself, and holds the others up.
            limit = min(limit, round(RUNAWAY * self.card["answer_tokens"]))
        ids, mask = self.padded(prompts)
        sampling = {"do_sample": True, "temperature": temperature} if temperature else {}
        held = []
        if any(schemas) and not self.card:
            held = [SchemaProcessor(self.tokenizer, self.model.config.vocab_size, schemas)]
        out = self.model.generate(
            input_ids=ids, attention_mask=mask, max_new_tokens=limit,
            pad_token_id=self.tokenizer.pad_token_id, eos_token_id=self.tokenizer.eos_token_id,
            logits_processor=held, **({"do_sample": False} | sampling),
        )  # fmt: skip
        out = out[:, 1 if self.encoder_decoder else ids.shape[1] :]
        return [self.as_answer(p, row.tolist()) for p, row in zip(prompts, out, strict=True)]

    def chat_ids(self, messages: Sequence[Message]) -> list[int]:
        if self.card:
            return self.prompt_ids(condense(messages))
        if self.encoder_decoder or not self.tokenizer.chat_template:
            return self.prompt_ids("\n\n".join(m["content"] for m in messages))
        text = self.tokenizer.apply_chat_template(
            list(messages), tokenize=False, add_generation_prompt=True
        )
        return self.tokenizer(text, add_special_tokens=False).input_ids

    def as_answer(self, prompt: list[int], ids: list[int]) -> Answer:
        eos = self.tokenizer.eos_token_id
        ended = eos in ids
        written = ids[: ids.index(eos)] if ended else ids
        text = self.tokenizer.decode(written, skip_special_tokens=True)
        if self.card:
            text = json.dumps(answer_json(text), ensure_ascii=False)
        return Answer(text, len(prompt), len(written), not ended)

    def padded(self, rows: Sequence[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """[n, longest] ids and mask; on the left for causal models, whose answers go on there."""
        side = "right" if self.encoder_decoder else "left"
        tensors = [torch.tensor(row) for row in rows]
        pad = int(self.tokenizer.pad_token_id)
        ids = pad_sequence(tensors, batch_first=True, padding_value=pad, padding_side=side)
        ones = [torch.ones_like(row) for row in tensors]
        return ids, pad_sequence(ones, batch_first=True, padding_value=0, padding_side=side)


def positions(mask: torch.Tensor) -> torch.Tensor:
    """Positions that count from each row's first real token."""
    return (mask.cumsum(1) - 1).clamp(min=0)
