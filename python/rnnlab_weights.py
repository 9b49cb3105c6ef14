"""Takes weights of RNN Lab to Keras 3, flax nnx, Equinox and xlstm, and theirs to RNN Lab.

    import rnnlab_weights as weights

    model = weights.to_keras(weights.load("run/final.safetensors"))       # a keras.Sequential
    weights.save("weights.safetensors", weights.from_keras("model.keras"))

RNN Lab reads and writes safetensors with the names, shapes and gate order of PyTorch. Each package has its own layout
of the same numbers; what has no place in it is refused in a sentence. A function imports its package when it is called.
For Keras there is a command as well, which goes by the ending of the first file:

    python rnnlab_weights.py model.keras weights.safetensors
    python rnnlab_weights.py run/final.safetensors model.keras --every-step

Needs NumPy and the packages whose functions are called. The file also works when it is copied beside a script.
"""

from __future__ import annotations

import argparse
import json
import re
import struct
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

__version__ = "0.1.0"
__all__ = [
    "WeightsError",
    "load",
    "save",
    "from_keras",
    "to_keras",
    "from_nnx",
    "to_nnx",
    "from_equinox",
    "to_equinox",
    "from_xlstm",
    "to_xlstm",
]

#: Tensors by PyTorch's names.
Tensors = Dict[str, np.ndarray]

_GATES = {"rnn": 1, "linear": 1, "gru": 3, "lstm": 4, "slstm": 4}
_DTYPES = {"F64": "<f8", "F32": "<f4"}


class WeightsError(ValueError):
    """Weights that have no place where they should go. The message says which, and why."""


class _Layer(NamedTuple):
    weight_ih: np.ndarray
    weight_hh: np.ndarray
    #: None without biases; bias_hh also of a cell that has only one.
    bias_ih: Optional[np.ndarray]
    bias_hh: Optional[np.ndarray]


class _Network(NamedTuple):
    cell: str
    layers: List[_Layer]
    #: weight [outputs, hidden] and bias or None; None without a readout.
    readout: Optional[Tuple[np.ndarray, Optional[np.ndarray]]]


# Files


class _Loaded(Tensors):
    """With `model` of the experiment that the file names: shapes alone do not say which cell it is."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        self.model = model


def _model_in(experiment: str) -> Mapping[str, Any]:
    """`model` of the text of an experiment, which may have comments and trailing commas; empty where there is none."""
    text = re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda found: found[1] or "", experiment, flags=re.DOTALL)
    try:
        return json.loads(re.sub(r",(\s*[}\]])", r"\1", text))["model"]
    except (ValueError, KeyError, TypeError):
        return {}


def load(path: Union[str, Path]) -> Tensors:
    """All tensors of a safetensors file, as 64-bit floats."""
    data = Path(path).read_bytes()
    if len(data) < 8:
        raise WeightsError(f"{path} is no safetensors file: it has {len(data)} bytes")
    start = 8 + struct.unpack("<Q", data[:8])[0]
    try:
        header = json.loads(data[8:start])
    except ValueError as error:
        raise WeightsError(f"{path} is no safetensors file: its header cannot be read ({error})") from error
    tensors = _Loaded(_model_in(header.get("__metadata__", {}).get("experiment", "")))
    for name, info in header.items():
        if name == "__metadata__":
            continue
        if info["dtype"] not in _DTYPES:
            raise WeightsError(f"{name} in {path} has the type {info['dtype']}; weights are F64 or F32")
        begin, end = info["data_offsets"]
        values = np.frombuffer(data[start + begin : start + end], _DTYPES[info["dtype"]])
        tensors[name] = values.astype(np.float64).reshape(info["shape"])
    return tensors


def save(path: Union[str, Path], tensors: Mapping[str, Any]) -> None:
    """Writes 64-bit floats, which `model.init.file` of an experiment can name."""
    header, parts, end = {}, [], 0
    for name, tensor in tensors.items():
        values = np.ascontiguousarray(tensor, dtype="<f8")
        header[name] = {"dtype": "F64", "shape": list(values.shape), "data_offsets": [end, end + values.nbytes]}
        parts.append(values.tobytes())
        end += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


# PyTorch's names


def _read(tensors: Mapping[str, Any], cell: Optional[str]) -> _Network:
    """The layers behind the names. The cell follows from the file or the shapes, unless it is given."""
    model = getattr(tensors, "model", {})
    if model.get("coupledInputForget") is True:
        raise WeightsError(
            "the lstm of these weights has coupledInputForget, one gate for input and forget, which no other package "
            "has. Train one without it"
        )
    if cell is None:
        cell = model.get("cell")
    tensors = {name: np.asarray(value, dtype=np.float64) for name, value in tensors.items()}
    learned = [name for name in tensors if re.fullmatch(r"[a-z]+0_l\d+", name)]
    if learned:
        raise WeightsError(
            f"{', '.join(learned)}: a learned initial state is no parameter of other packages. "
            "Take it out of the tensors, and pass it as the initial state where the layers are called"
        )
    backward = [name for name in tensors if name.endswith("_reverse")]
    if backward:
        raise WeightsError(
            f"{', '.join(backward)}: weights of a bidirectional network are not converted. "
            "Build the network in PyTorch and load these tensors there"
        )
    projected = [name for name in tensors if name.startswith("weight_hr_l")]
    if projected:
        raise WeightsError(
            f"{', '.join(projected)}: an lstm with a projection has no counterpart in other packages. "
            "Build torch.nn.LSTM with proj_size and load these tensors there"
        )
    layers = []
    while f"weight_ih_l{len(layers)}" in tensors:
        suffix = f"_l{len(layers)}"
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        layers.append(_Layer(*(tensors.pop(name + suffix, None) for name in names)))
        if layers[-1].weight_hh is None:
            raise WeightsError(f"weight_hh{suffix} is missing")
    weight = tensors.pop("readout.weight", None)
    readout = None if weight is None else (weight, tensors.pop("readout.bias", None))
    if not layers:
        raise WeightsError("weight_ih_l0 is missing: these are no weights of a recurrent network of RNN Lab")
    if tensors:
        raise WeightsError(f"{', '.join(tensors)}: there is no such tensor in a recurrent network of PyTorch")
    cell = _cell_of(layers[0]) if cell is None else _known(cell)
    rows, units = layers[0].weight_hh.shape
    if cell in ("lstm", "gru") and rows != _GATES[cell] * units:
        raise WeightsError(
            f"weight_hh_l0 has {rows // units} gates of {units} units; of a {cell} it has {_GATES[cell]}"
            + (". With coupledInputForget it has 3, and no other package has that cell" if cell == "lstm" else "")
        )
    return _Network(cell, layers, readout)


def _known(cell: str) -> str:
    if cell not in _GATES:
        raise WeightsError(f'cell is "{cell}"; it must be one of {", ".join(_GATES)}')
    return cell


def _cell_of(layer: _Layer) -> str:
    rows, units = layer.weight_hh.shape
    if (layer.bias_ih is None) != (layer.bias_hh is None):
        return "slstm"
    for cell in ("lstm", "gru", "rnn"):
        if rows == _GATES[cell] * units:
            return cell
    return "slstm"


def _hidden(cell: str, layer: _Layer) -> int:
    return layer.weight_ih.shape[0] // _GATES[cell]


def _bias(layer: _Layer) -> Optional[np.ndarray]:
    """The two biases of PyTorch as one."""
    if layer.bias_ih is None:
        return None
    return layer.bias_ih if layer.bias_hh is None else layer.bias_ih + layer.bias_hh


def _write(layers: Sequence[_Layer], readout: Optional[Tuple[np.ndarray, Optional[np.ndarray]]]) -> Tensors:
    sizes = {layer.weight_hh.shape[1] for layer in layers}
    if len(sizes) > 1:
        raise WeightsError(f"the layers have {sorted(sizes)} units; in RNN Lab all layers have the same hidden size")
    if len({layer.bias_ih is None for layer in layers}) > 1:
        raise WeightsError("some layers have biases and some have none; in RNN Lab either all have them or none")
    tensors = {}
    for index, layer in enumerate(layers):
        for name, value in zip(layer._fields, layer):
            if value is not None:
                tensors[f"{name}_l{index}"] = np.array(value, dtype=np.float64)
    if readout is not None:
        weight, bias = readout
        if (bias is None) != (layers[0].bias_ih is None):
            # A network of RNN Lab has biases everywhere or nowhere: zeros change nothing.
            if bias is not None:
                raise WeightsError("the readout has a bias and the layers have none; in RNN Lab all have one or none")
            bias = np.zeros(len(weight))
        tensors["readout.weight"] = np.array(weight, dtype=np.float64)
        if bias is not None:
            tensors["readout.bias"] = np.array(bias, dtype=np.float64)
    return tensors


def _with_one_bias(weight_ih: Any, weight_hh: Any, bias: Any) -> _Layer:
    """Of a package with a single bias: the second one of PyTorch is zero."""
    if bias is None:
        return _Layer(np.asarray(weight_ih), np.asarray(weight_hh), None, None)
    bias = np.asarray(bias)
    return _Layer(np.asarray(weight_ih), np.asarray(weight_hh), bias, np.zeros_like(bias))


def _blocks(values: np.ndarray, order: Sequence[int]) -> np.ndarray:
    """The blocks of the gates, on the first axis, in another order."""
    parts = np.split(np.asarray(values), len(order))
    return np.concatenate([parts[index] for index in order])


def _as_list(cells: Any) -> List[Any]:
    return list(cells) if isinstance(cells, (list, tuple)) else [cells]


_FUNCTIONS: Dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "identity": lambda x: x,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}
_PROBED = np.array([-3.0, -0.75, 0.0, 0.5, 2.0], dtype=np.float32)


def _function_name(function: Callable[[Any], Any]) -> str:
    """Which function it is, by its values; of others its own name."""
    values = np.asarray(function(_PROBED))
    for name, known in _FUNCTIONS.items():
        if np.allclose(values, known(_PROBED), atol=1e-6):
            return name
    return getattr(function, "__name__", str(function))


def _require_functions(what: str, functions: Mapping[str, Tuple[str, str]]) -> None:
    for role, (found, wanted) in functions.items():
        if found != wanted:
            raise WeightsError(f"the {role} of {what} is {found}; in RNN Lab it is always {wanted}")


# Keras 3

_KERAS_GRU = (1, 0, 2)  # r z n of PyTorch from z r h of Keras, and the other way round


def from_keras(model: Any) -> Tensors:
    """Of a `.keras` file or a model: a chain of SimpleRNN, LSTM or GRU layers and at most one Dense layer after them.

    Layers that do nothing when a network is used, such as Dropout, are passed over. A softmax or sigmoid of the Dense
    layer is left out: RNN Lab has it in the loss, and its readout gives logits.
    """
    import keras

    if isinstance(model, (str, Path)):
        model = keras.saving.load_model(model, compile=False)
    layers: List[_Layer] = []
    cells = set()
    readout = None
    for layer in _keras_chain(model):
        if isinstance(layer, (keras.layers.InputLayer, keras.layers.Dropout, keras.layers.SpatialDropout1D)):
            continue
        if isinstance(layer, keras.layers.TimeDistributed):
            layer = layer.layer
        if readout is not None:
            raise WeightsError(f"{layer.name} comes after the Dense layer, which is the last one in RNN Lab")
        if isinstance(layer, keras.layers.Dense) and layers:
            name = layer.activation.__name__
            if name not in ("linear", "softmax", "sigmoid"):
                raise WeightsError(f"{layer.name} has the activation {name}; the readout of RNN Lab is linear")
            readout = (np.asarray(layer.get_weights()[0]).T, layer.get_weights()[1] if layer.use_bias else None)
        else:
            cell, read = _from_keras_layer(layer)
            cells.add(cell)
            layers.append(read)
    if not layers:
        raise WeightsError(f"{model.name} has no SimpleRNN, LSTM or GRU layer")
    if len(cells) > 1:
        raise WeightsError(f"{model.name} has layers of {sorted(cells)}; in RNN Lab all layers have the same cell")
    return _write(layers, readout)


def _keras_chain(model: Any) -> List[Any]:
    import keras

    layers = list(model.layers)
    if isinstance(model, keras.Sequential):
        return layers
    for before, layer in zip(layers, layers[1:]):
        if layer.input is not before.output:
            raise WeightsError(f"{layer.name} does not read the output of {before.name} alone; layers must be a chain")
    return layers


def _from_keras_layer(layer: Any) -> Tuple[str, _Layer]:
    import keras

    kinds = {keras.layers.SimpleRNN: "rnn", keras.layers.LSTM: "lstm", keras.layers.GRU: "gru"}
    cell = kinds.get(type(layer))
    if cell is None:
        kind = type(layer).__name__
        raise WeightsError(f"{layer.name} is a {kind} layer; RNN Lab has SimpleRNN, LSTM, GRU and Dense")
    if layer.go_backwards:
        raise WeightsError(f"{layer.name} has go_backwards=True; layers of RNN Lab read forward in time")
    functions = {"activation": (layer.activation.__name__, "tanh")}
    if cell != "rnn":
        functions["recurrent_activation"] = (layer.recurrent_activation.__name__, "sigmoid")
    elif layer.activation.__name__ in ("relu", "linear"):
        functions = {}
    _require_functions(layer.name, functions)
    kernel, recurrent, *biases = (np.asarray(value) for value in layer.get_weights())
    if cell != "gru":
        return cell, _with_one_bias(kernel.T, recurrent.T, biases[0] if biases else None)
    if not layer.reset_after:
        raise WeightsError(
            f"{layer.name} has reset_after=False: it resets the state before the product with the recurrent weights. "
            "RNN Lab and PyTorch reset after it, which are other numbers with the same weights"
        )
    bias_ih, bias_hh = (_blocks(bias, _KERAS_GRU) for bias in biases[0]) if biases else (None, None)
    return cell, _Layer(_blocks(kernel.T, _KERAS_GRU), _blocks(recurrent.T, _KERAS_GRU), bias_ih, bias_hh)


def to_keras(
    tensors: Mapping[str, Any],
    *,
    cell: Optional[str] = None,
    nonlinearity: str = "tanh",
    every_step: bool = False,
    dtype: str = "float32",
) -> Any:
    """A keras.Sequential with these weights, whose input is [batch, time, inputs].

    cell          "linear", where the shapes would say "rnn"
    nonlinearity  of an rnn: "tanh" or "relu"
    every_step    whether the readout answers at every step, or at the last one only
    """
    import keras

    network = _read(tensors, cell)
    if network.cell == "slstm":
        raise WeightsError("Keras 3 has no sLSTM layer")
    model = keras.Sequential([keras.Input((None, network.layers[0].weight_ih.shape[1]), dtype=dtype)])
    for index, layer in enumerate(network.layers):
        options: Dict[str, Any] = {
            "units": _hidden(network.cell, layer),
            "use_bias": layer.bias_ih is not None,
            "return_sequences": every_step or index < len(network.layers) - 1,
            "dtype": dtype,
        }
        kernel, recurrent, bias = layer.weight_ih, layer.weight_hh, _bias(layer)
        if network.cell == "lstm":
            added = keras.layers.LSTM(**options)
        elif network.cell == "gru":
            added = keras.layers.GRU(reset_after=True, **options)
            kernel, recurrent = _blocks(kernel, _KERAS_GRU), _blocks(recurrent, _KERAS_GRU)
            if bias is not None:
                bias = np.stack([_blocks(part, _KERAS_GRU) for part in (layer.bias_ih, layer.bias_hh)])
        else:
            added = keras.layers.SimpleRNN(activation="linear" if network.cell == "linear" else nonlinearity, **options)
        model.add(added)
        added.set_weights([kernel.T, recurrent.T] + ([] if bias is None else [bias]))
    if network.readout is not None:
        weight, bias = network.readout
        dense = keras.layers.Dense(len(weight), use_bias=bias is not None, dtype=dtype)
        model.add(dense)
        dense.set_weights([weight.T] + ([] if bias is None else [bias]))
    return model


# flax nnx


def from_nnx(cells: Any, readout: Any = None) -> Tensors:
    """Of one cell or a list of them, from the input on: LSTMCell, OptimizedLSTMCell, GRUCell or SimpleCell of
    flax.nnx, or nnx.RNN around one; and of an nnx.Linear as readout.
    """
    from flax import nnx

    layers = [_from_nnx_cell(nnx, cell.cell if isinstance(cell, nnx.RNN) else cell) for cell in _as_list(cells)]
    return _write(layers, None if readout is None else (_nnx_array(readout.kernel).T, _nnx_array(readout.bias)))


def _nnx_array(parameter: Any) -> Optional[np.ndarray]:
    return None if parameter is None or parameter[...] is None else np.asarray(parameter[...])


def _from_nnx_cell(nnx: Any, cell: Any) -> _Layer:
    name = type(cell).__name__
    if isinstance(cell, nnx.SimpleCell):
        if cell.residual:
            raise WeightsError(f"{name} has residual=True; the rnn cell of RNN Lab has no residual connection")
        found = _function_name(cell.activation_fn)
        if found not in ("tanh", "relu", "identity"):
            raise WeightsError(f"the activation_fn of {name} is {found}; RNN Lab has tanh, relu and the linear cell")
    elif isinstance(cell, (nnx.LSTMCell, nnx.OptimizedLSTMCell, nnx.GRUCell)):
        gate, activation = (_function_name(function) for function in (cell.gate_fn, cell.activation_fn))
        _require_functions(name, {"gate_fn": (gate, "sigmoid"), "activation_fn": (activation, "tanh")})
    else:
        raise WeightsError(f"{name} is none of LSTMCell, OptimizedLSTMCell, GRUCell and SimpleCell of flax.nnx")
    if isinstance(cell, nnx.LSTMCell):
        inputs = [getattr(cell, gate) for gate in ("ii", "if_", "ig", "io")]
        states = [getattr(cell, gate) for gate in ("hi", "hf", "hg", "ho")]
        return _with_one_bias(
            np.concatenate([_nnx_array(part.kernel).T for part in inputs]),
            np.concatenate([_nnx_array(part.kernel).T for part in states]),
            np.concatenate([_nnx_array(part.bias) for part in states]),
        )
    bias = cell.dense_h.bias if isinstance(cell, nnx.OptimizedLSTMCell) else cell.dense_i.bias
    return _with_one_bias(_nnx_array(cell.dense_i.kernel).T, _nnx_array(cell.dense_h.kernel).T, _nnx_array(bias))


def to_nnx(
    tensors: Mapping[str, Any], *, cell: Optional[str] = None, nonlinearity: str = "tanh", optimized: bool = True
) -> Tuple[List[Any], Any]:
    """Cells of flax.nnx from the input on, for nnx.RNN, and an nnx.Linear or None.

    optimized  OptimizedLSTMCell in place of LSTMCell. The two have other parameters, whatever their documentation says.
    """
    from flax import nnx
    import jax

    network = _read(tensors, cell)
    if network.cell == "slstm":
        raise WeightsError("flax.nnx has no sLSTM cell")
    cells = []
    for index, layer in enumerate(network.layers):
        size = {"in_features": layer.weight_ih.shape[1], "hidden_features": _hidden(network.cell, layer)}
        size["rngs"] = nnx.Rngs(0)
        if network.cell == "gru":
            _refuse_reset_bias(layer, index)
            made = nnx.GRUCell(**size)
        elif network.cell == "lstm":
            made = nnx.OptimizedLSTMCell(**size) if optimized else nnx.LSTMCell(**size)
        else:
            functions = {"tanh": jax.numpy.tanh, "relu": jax.nn.relu}
            function = (lambda x: x) if network.cell == "linear" else functions[nonlinearity]
            made = nnx.SimpleCell(activation_fn=function, **size)
        _fill_nnx(made, layer)
        cells.append(made)
    if network.readout is None:
        return cells, None
    weight, bias = network.readout
    linear = nnx.Linear(weight.shape[1], weight.shape[0], use_bias=bias is not None, rngs=nnx.Rngs(0))
    linear.kernel[...] = weight.T
    if bias is not None:
        linear.bias[...] = bias
    return cells, linear


def _refuse_reset_bias(layer: _Layer, index: int) -> None:
    if layer.bias_hh is None:
        return
    inside = np.split(layer.bias_hh, 3)[2]
    if np.any(inside != 0):
        raise WeightsError(
            f"nnx.GRUCell has no bias inside the reset product: gate n of bias_hh_l{index} must be 0 for it, "
            f"and its largest value is {np.max(np.abs(inside)):.3g}. Keras 3 and Equinox have that bias"
        )


def _fill_nnx(cell: Any, layer: _Layer) -> None:
    bias = np.zeros(len(layer.weight_ih)) if layer.bias_ih is None else _bias(layer)
    if hasattr(cell, "dense_i"):
        cell.dense_i.kernel[...] = layer.weight_ih.T
        cell.dense_h.kernel[...] = layer.weight_hh.T
        biased = cell.dense_h if cell.dense_i.bias is None else cell.dense_i
        biased.bias[...] = bias
        return
    parts = (np.split(values, 4) for values in (layer.weight_ih, layer.weight_hh, bias))
    for gate, weight_ih, weight_hh, part in zip(("i", "f", "g", "o"), *parts):
        getattr(cell, "if_" if gate == "f" else f"i{gate}").kernel[...] = weight_ih.T
        hidden = getattr(cell, f"h{gate}")
        hidden.kernel[...] = weight_hh.T
        hidden.bias[...] = part


# Equinox


def from_equinox(cells: Any, readout: Any = None) -> Tensors:
    """Of one cell or a list of them, from the input on: LSTMCell or GRUCell of equinox.nn; and of an nn.Linear."""
    import equinox

    layers = []
    for cell in _as_list(cells):
        if isinstance(cell, equinox.nn.LSTMCell):
            layers.append(_with_one_bias(cell.weight_ih, cell.weight_hh, cell.bias))
        elif isinstance(cell, equinox.nn.GRUCell):
            layer = _with_one_bias(cell.weight_ih, cell.weight_hh, cell.bias)
            if layer.bias_hh is not None:
                layer.bias_hh[-len(cell.bias_n) :] = cell.bias_n
            layers.append(layer)
        else:
            raise WeightsError(f"{type(cell).__name__} is neither LSTMCell nor GRUCell of equinox.nn")
    return _write(layers, None if readout is None else (np.asarray(readout.weight), readout.bias))


def to_equinox(tensors: Mapping[str, Any], *, cell: Optional[str] = None) -> Tuple[List[Any], Any]:
    """Cells of equinox.nn from the input on, and an nn.Linear or None. Their state is (h, c), without a batch axis."""
    import equinox
    import jax
    import jax.numpy as jnp

    network = _read(tensors, cell)
    if network.cell not in ("lstm", "gru"):
        raise WeightsError(f"Equinox has no {network.cell} cell, only LSTMCell and GRUCell")
    key = jax.random.PRNGKey(0)
    cells = []
    for layer in network.layers:
        kind = equinox.nn.LSTMCell if network.cell == "lstm" else equinox.nn.GRUCell
        made = kind(layer.weight_ih.shape[1], _hidden(network.cell, layer), layer.bias_ih is not None, key=key)
        values = {"weight_ih": layer.weight_ih, "weight_hh": layer.weight_hh}
        if layer.bias_ih is not None:
            values["bias"] = _bias(layer)
            if network.cell == "gru":
                r, z, n = np.split(layer.bias_hh, 3)
                values["bias"] = layer.bias_ih + np.concatenate([r, z, np.zeros_like(n)])
                values["bias_n"] = n
        names = list(values)
        read = lambda module: [getattr(module, name) for name in names]
        cells.append(equinox.tree_at(read, made, [jnp.asarray(values[name]) for name in names]))
    if network.readout is None:
        return cells, None
    weight, bias = network.readout
    linear = equinox.nn.Linear(weight.shape[1], weight.shape[0], bias is not None, key=key)
    parts = lambda module: [module.weight] if bias is None else [module.weight, module.bias]
    return cells, equinox.tree_at(parts, linear, [jnp.asarray(part) for part in network.readout if part is not None])


# xlstm


def from_xlstm(cells: Any, inputs: Any = None, readout: Any = None, *, without_norm: bool = False) -> Tensors:
    """Of one sLSTM of xlstm or a list of them, from the input on.

    An sLSTMLayer has its input weights; of an sLSTMCell they are given as ``inputs``, one torch.nn.Linear without bias
    from the input to 4 x hidden size for each, in the order i, f, z, o. ``readout`` is a torch.nn.Linear.

    without_norm  accepts an sLSTMLayer, whose outputs are normalized head by head: the weights are those of its cell
    """
    cells = _as_list(cells)
    given = [None] * len(cells) if inputs is None else _as_list(inputs)
    if len(given) != len(cells):
        raise WeightsError(f"there are {len(cells)} cells and {len(given)} input weights")
    layers = [_from_xlstm(cell, linear, without_norm) for cell, linear in zip(cells, given)]
    if readout is None:
        return _write(layers, None)
    return _write(layers, (_torch_array(readout.weight), None if readout.bias is None else _torch_array(readout.bias)))


def _torch_array(tensor: Any) -> np.ndarray:
    return tensor.detach().cpu().double().numpy()


def _from_xlstm(cell: Any, linear: Any, without_norm: bool) -> _Layer:
    from xlstm.blocks.slstm.layer import sLSTMLayer

    if isinstance(cell, sLSTMLayer):
        if cell.config.conv1d_kernel_size > 0:
            raise WeightsError(
                f"sLSTMLayer has a convolution over {cell.config.conv1d_kernel_size} steps before two of its gates, "
                "which the slstm cell has not. Only a layer with conv1d_kernel_size=0 has a counterpart in RNN Lab"
            )
        if not without_norm:
            raise WeightsError(
                "sLSTMLayer normalizes its outputs head by head, which the slstm cell does not. "
                "Pass without_norm=True for the weights of its cell, whose states are those before the norm"
            )
        # Their names are exchanged: fgate is added to the first block of the cell, the input gate.
        gates = (cell.fgate, cell.igate, cell.zgate, cell.ogate)
        weight_ih = np.concatenate([_block_diagonal(_torch_array(gate.weight)) for gate in gates])
        cell = cell.slstm_cell
    elif linear is None:
        raise WeightsError("an sLSTMCell has no input weights: pass them as `inputs`, a torch.nn.Linear without bias")
    else:
        if linear.bias is not None:
            raise WeightsError("the Linear before an sLSTMCell has a bias besides the cell's own: use bias=False")
        weight_ih = _torch_array(linear.weight)
    if cell.config.function != "slstm":
        raise WeightsError(f'the cell computes "{cell.config.function}"; only "slstm" has a counterpart in RNN Lab')
    # [heads, from, gate, to] and [heads, gate, units], whatever the layout inside.
    kernel = _torch_array(cell._recurrent_kernel_int2ext(cell._recurrent_kernel.data))
    bias = _torch_array(cell._bias_int2ext(cell._bias.data))
    heads, size = kernel.shape[0], kernel.shape[1]
    weight_hh = kernel.transpose(2, 0, 3, 1).reshape(4 * heads * size, size)
    return _Layer(weight_ih, weight_hh, bias.transpose(1, 0, 2).reshape(-1), None)


def _block_diagonal(blocks: np.ndarray) -> np.ndarray:
    """[heads, out, in] as one matrix."""
    heads, rows, columns = blocks.shape
    matrix = np.zeros((heads * rows, heads * columns))
    for head, block in enumerate(blocks):
        matrix[head * rows : (head + 1) * rows, head * columns : (head + 1) * columns] = block
    return matrix


def to_xlstm(tensors: Mapping[str, Any], *, forget_gate: str = "sigmoid") -> Tuple[List[Tuple[Any, Any]], Any]:
    """For each layer of an slstm network a torch.nn.Linear and an sLSTMCell (backend "vanilla") that reads its output
    [batch, time, 4 x hidden size], from the input on; and the readout as a torch.nn.Linear, or None. In 64-bit floats.
    """
    import torch
    from xlstm.blocks.slstm.cell import sLSTMCell, sLSTMCellConfig

    network = _read(tensors, "slstm")
    if forget_gate != "sigmoid":
        raise WeightsError(f"the forget gate of xlstm is a sigmoid, and this one is {forget_gate}")
    layers = []
    for layer in network.layers:
        hidden, size = _hidden("slstm", layer), layer.weight_hh.shape[1]
        heads = hidden // size
        options = {"backend": "vanilla", "dtype": "float32", "bias_init": "standard", "output_shape": "BSH"}
        made = sLSTMCell(sLSTMCellConfig(hidden_size=hidden, num_heads=heads, **options)).double()
        kernel = layer.weight_hh.reshape(4, heads, size, size).transpose(1, 3, 0, 2)
        bias = np.zeros(4 * hidden) if layer.bias_ih is None else _bias(layer)
        with torch.no_grad():
            kernel_ext = torch.from_numpy(np.ascontiguousarray(kernel))
            bias_ext = torch.from_numpy(np.ascontiguousarray(bias.reshape(4, heads, size).transpose(1, 0, 2)))
            made._recurrent_kernel_.copy_(made._recurrent_kernel_ext2int(kernel_ext))
            made._bias_.copy_(made._bias_ext2int(bias_ext))
        layers.append((_torch_linear(layer.weight_ih, None), made))
    return layers, None if network.readout is None else _torch_linear(*network.readout)


def _torch_linear(weight: np.ndarray, bias: Optional[np.ndarray]) -> Any:
    import torch

    linear = torch.nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None).double()
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(weight))
        if bias is not None:
            linear.bias.copy_(torch.from_numpy(bias))
    return linear


# In a terminal


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description="Weights of a .keras file as safetensors for RNN Lab, or back.")
    parser.add_argument("source", help="model.keras or weights.safetensors")
    parser.add_argument("target", help="weights.safetensors or model.keras")
    parser.add_argument("--cell", choices=("linear", "rnn", "lstm", "gru"), help="of a safetensors file")
    parser.add_argument("--nonlinearity", choices=("tanh", "relu"), default="tanh", help="of an rnn cell")
    parser.add_argument("--every-step", action="store_true", help="the Keras model answers at every step")
    options = parser.parse_args(arguments)
    try:
        if options.source.endswith(".keras"):
            save(options.target, from_keras(options.source))
        else:
            more = {"cell": options.cell, "nonlinearity": options.nonlinearity, "every_step": options.every_step}
            to_keras(load(options.source), **more).save(options.target)
    except (WeightsError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
