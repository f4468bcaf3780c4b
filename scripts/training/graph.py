"""The networks as ONNX graphs, the reader's for one reply at a time: 8-bit weights, a scale for every token, shares per token.

Written node by node, because an exported graph spends half of its time on shapes and masks that a single row does not
need. Weights are rounded to 7 bits: with 8, processors without VNNI overflow the 16 bits in which they add pairs of
products. Activations have a scale per token: one for all (quantize_dynamic) moved probabilities by up to .22.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HEADS: Final = 12
LAYERS: Final = 6
SIZE: Final = 384
POSITIONS: Final = 160
"""Places kept of the table; the reader never gives more tokens."""
MICROSOFT: Final = "com.microsoft"


class GraphWriter:
    """Nodes and weights under construction. Every method returns the name of its output."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self._from = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self, kind: str, inputs: list[str], output: str | list[str], domain: str = "", **attributes: object
    ) -> str:
        outputs = [output] if isinstance(output, str) else output
        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **attributes))
        return outputs[0]

    def norm(self, x: str, key: str, output: str) -> str:
        gain, bias = (
            self.constant(f"{output}_gain", self._from[f"{key}.weight"]),
            self.constant(f"{output}_bias", self._from[f"{key}.bias"]),
        )
        return self.node("LayerNormalization", [x, gain, bias], output, axis=-1, epsilon=1e-12)

    def rows8(self, x: str) -> tuple[str, str]:
        """``x`` as bytes around 128, and the scale of each row."""
        most = self.node("ReduceMax", [self.node("Abs", [x], f"{x}_abs"), "last_axis"], f"{x}_most", keepdims=1)
        scaled = self.node("Mul", [x, self.node("Div", ["127", most], f"{x}_inverse")], f"{x}_scaled")
        moved = self.node("Add", [scaled, "128.5"], f"{x}_moved")  # the cast cuts off: this rounds
        scale = self.node("Mul", [most, "1/127"], f"{x}_scale")
        return self.node("Cast", [moved], f"{x}_bytes", to=TensorProto.UINT8), scale

    def linear(self, x: tuple[str, str], keys: list[str], output: str) -> str:
        """One product for the linear layers ``keys``, side by side."""
        weight = np.concatenate([self._from[f"{key}.weight"] for key in keys]).T
        scale = np.abs(weight).max(axis=0).clip(1e-8) / 63
        self.constant(f"{output}_weight", np.rint(weight / scale).astype(np.int8))
        self.constant(f"{output}_scale", scale.astype(np.float32))
        self.constant(f"{output}_bias", np.concatenate([self._from[f"{key}.bias"] for key in keys]))
        y = self.node("MatMulInteger", [x[0], f"{output}_weight", "128"], f"{output}_int")
        y = self.node("Cast", [y], f"{output}_float", to=TensorProto.FLOAT)
        y = self.node("Mul", [y, x[1]], f"{output}_rows")
        y = self.node("Mul", [y, f"{output}_scale"], f"{output}_columns")
        return self.node("Add", [y, f"{output}_bias"], output)


def _start(w: GraphWriter, weights: Mapping[str, np.ndarray], flat: bool) -> str:
    """Constants and embeddings; ids (tokens), or (rows, tokens) when ``flat`` lays all rows below each other."""
    for name, value in (
        ("last_axis", np.array([-1])), ("first_axis", np.array([0])), ("127", np.float32(127)),
        ("1/127", np.float32(1 / 127)), ("128.5", np.float32(128.5)), ("128", np.uint8(128)),
        ("thirds", np.array([SIZE] * 3)), ("far", np.float32(1e4)), ("unit", np.float32(1)),
        ("one", np.array([1])), ("two", np.array([2])), ("flat", np.array([-1, SIZE])), ("size", np.array([SIZE])),
        ("wide", np.array([3 * SIZE])),
    ):  # fmt: skip
        w.constant(name, np.asarray(value))
    at = "encoder.embeddings"
    words = weights[f"{at}.word_embeddings.weight"]
    scale = np.abs(words).max(axis=1, keepdims=True).clip(1e-8) / 127
    w.constant("words", np.rint(words / scale).astype(np.int8))
    w.constant("words_scale", scale.astype(np.float32))
    w.constant("kinds", weights[f"{at}.token_type_embeddings.weight"])
    w.constant("places", weights[f"{at}.position_embeddings.weight"][:POSITIONS])
    x = w.node("Cast", [w.node("Gather", ["words", "ids"], "word_bytes")], "word_floats", to=TensorProto.FLOAT)
    x = w.node("Mul", [x, w.node("Gather", ["words_scale", "ids"], "word_scales")], "word")
    shape = w.node("Shape", ["ids"], "shape")
    tokens = w.node("Slice", [shape, "one", "two"], "tokens") if flat else shape
    place = w.node("Slice", ["places", "first_axis", tokens], "place")
    kind = (
        w.node("Slice", ["kinds", "first_axis", "one"], "side") if flat else w.node("Gather", ["kinds", "kind"], "side")
    )
    x = w.node("Add", [w.node("Add", [x, place], "word_place"), kind], "embedded")
    if flat:
        w.node("Concat", [shape, "wide"], "rows_wide", axis=0)
        w.node("Concat", [shape, "size"], "rows_size", axis=0)
        x = w.node("Reshape", [x, "flat"], "embedded_flat")
    return w.norm(x, f"{at}.LayerNorm", "hidden_0")


def _layers(w: GraphWriter, x: str, flat: bool) -> str:
    for n in range(LAYERS):
        at, here = f"encoder.encoder.layer.{n}", f"l{n}"
        y = w.linear(w.rows8(x), [f"{at}.attention.self.{part}" for part in ("query", "key", "value")], f"{here}_all")
        y = (
            w.node("Reshape", [y, "rows_wide"], f"{here}_row")
            if flat
            else w.node("Unsqueeze", [y, "first_axis"], f"{here}_row")
        )
        parts = [f"{here}_{part}" for part in ("query", "key", "value")]
        w.node("Split", [y, "thirds"], parts, axis=-1)
        y = w.node(
            "MultiHeadAttention",
            [*parts, "", "mask"] if flat else parts,
            f"{here}_seen",
            domain=MICROSOFT,
            num_heads=HEADS,
        )
        y = w.node("Reshape", [y, "flat"], f"{here}_context")
        y = w.linear(w.rows8(y), [f"{at}.attention.output.dense"], f"{here}_attended")
        x = w.norm(w.node("Add", [y, x], f"{here}_added"), f"{at}.attention.output.LayerNorm", f"{here}_middle")
        y = w.linear(w.rows8(x), [f"{at}.intermediate.dense"], f"{here}_wide")
        y = w.linear(
            w.rows8(w.node("Gelu", [y], f"{here}_gelu", domain=MICROSOFT)), [f"{at}.output.dense"], f"{here}_out"
        )
        x = w.norm(w.node("Add", [y, x], f"{here}_sum"), f"{at}.output.LayerNorm", f"hidden_{n + 1}")
    return x


def write_graph(weights: Mapping[str, np.ndarray], target: Path) -> None:
    """The reader: inputs ids, kind (tokens); outputs logits (labels), shares (tokens, labels)."""
    w = GraphWriter(weights)
    x = _layers(w, _start(w, weights, flat=False), flat=False)
    # The head, in float: attention of each label over the reply's tokens, and what each token adds to the label.
    look = w.node(
        "Gemm",
        [x, w.constant("look", weights["look.weight"].T), w.constant("look_bias", weights["look.bias"])],
        "looks",
    )
    outside = w.node("Sub", ["unit", w.node("Cast", ["kind"], "inside", to=TensorProto.FLOAT)], "outside")
    outside = w.node("Unsqueeze", [w.node("Mul", [outside, "far"], "outside_far"), "last_axis"], "outside_column")
    attention = w.node("Softmax", [w.node("Sub", [look, outside], "looks_inside")], "attention", axis=0)
    score = w.node("MatMul", [x, w.constant("weight", weights["weight"].T)], "scores")
    w.node("Mul", [attention, score], "shares")
    total = w.node("ReduceSum", ["shares", "first_axis"], "total", keepdims=0)
    w.node("Add", [total, w.constant("bias", weights["bias"])], "logits")
    labels = weights["bias"].shape[0]
    _save(
        w, "reader", {"ids": (TensorProto.INT64, ["tokens"]), "kind": (TensorProto.INT64, ["tokens"])},
        {"logits": (TensorProto.FLOAT, [labels]), "shares": (TensorProto.FLOAT, ["tokens", labels])}, target,
    )  # fmt: skip


def read_graph(source: Path) -> dict[str, np.ndarray]:
    """The weights that :func:`write_graph` wrote to ``source``, float32 and rounded as they were written, under their names in
    the network. The table of positions has the ``POSITIONS`` that the graph keeps."""
    kept = {each.name: numpy_helper.to_array(each) for each in onnx.load(source).graph.initializer}
    found = {
        "look.weight": kept["look"].T, "look.bias": kept["look_bias"], "weight": kept["weight"].T, "bias": kept["bias"],
        "encoder.embeddings.word_embeddings.weight": kept["words"] * kept["words_scale"],
        "encoder.embeddings.token_type_embeddings.weight": kept["kinds"],
        "encoder.embeddings.position_embeddings.weight": kept["places"],
    }  # fmt: skip

    def norm(key: str, name: str) -> None:
        found[f"{key}.weight"], found[f"{key}.bias"] = kept[f"{name}_gain"], kept[f"{name}_bias"]

    def linear(keys: list[str], name: str) -> None:
        weight, bias = (kept[f"{name}_weight"] * kept[f"{name}_scale"]).T, kept[f"{name}_bias"]
        for key, part, offset in zip(keys, np.split(weight, len(keys)), np.split(bias, len(keys)), strict=True):
            found[f"{key}.weight"], found[f"{key}.bias"] = part, offset

    norm("encoder.embeddings.LayerNorm", "hidden_0")
    for n in range(LAYERS):
        at, here = f"encoder.encoder.layer.{n}", f"l{n}"
        linear([f"{at}.attention.self.{part}" for part in ("query", "key", "value")], f"{here}_all")
        linear([f"{at}.attention.output.dense"], f"{here}_attended")
        norm(f"{at}.attention.output.LayerNorm", f"{here}_middle")
        linear([f"{at}.intermediate.dense"], f"{here}_wide")
        linear([f"{at}.output.dense"], f"{here}_out")
        norm(f"{at}.output.LayerNorm", f"hidden_{n + 1}")
    return {name: np.array(value, dtype=np.float32, order="C") for name, value in found.items()}


def write_matching_graph(weights: Mapping[str, np.ndarray], target: Path) -> None:
    """The matcher's encoder: inputs ids (int64), mask (int32) of (rows, tokens).

    Outputs vectors (rows, SIZE) of length one and stance (rows, 3): logits of neither, asks, offers.
    """
    w = GraphWriter(weights)
    x = w.node("Reshape", [_layers(w, _start(w, weights, flat=True), flat=True), "rows_size"], "last")
    real = w.node(
        "Unsqueeze", [w.node("Cast", ["mask"], "mask_float", to=TensorProto.FLOAT), "last_axis"], "mask_column"
    )
    total = w.node("ReduceSum", [w.node("Mul", [x, real], "last_real"), "one"], "summed", keepdims=0)
    mean = w.node("Div", [total, w.node("ReduceSum", [real, "one"], "counted", keepdims=0)], "mean")
    w.node("LpNormalization", [mean], "vectors", axis=1, p=2)
    w.node(
        "Gemm",
        [
            mean,
            w.constant("stance_weight", weights["stance.weight"].T),
            w.constant("stance_bias", weights["stance.bias"]),
        ],
        "stance",
    )
    _save(
        w, "matcher", {"ids": (TensorProto.INT64, ["rows", "tokens"]), "mask": (TensorProto.INT32, ["rows", "tokens"])},
        {"vectors": (TensorProto.FLOAT, ["rows", SIZE]), "stance": (TensorProto.FLOAT, ["rows", 3])}, target,
    )  # fmt: skip


def _save(w: GraphWriter, name: str, inputs: dict, outputs: dict, target: Path) -> None:
    used = {each for node in w.nodes for each in node.input}
    graph = helper.make_graph(
        w.nodes, name,
        [helper.make_tensor_value_info(key, kind, shape) for key, (kind, shape) in inputs.items()],
        [helper.make_tensor_value_info(key, kind, shape) for key, (kind, shape) in outputs.items()],
        [constant for constant in w.constants if constant.name in used],
    )  # fmt: skip
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)]
    target.write_bytes(helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString())
