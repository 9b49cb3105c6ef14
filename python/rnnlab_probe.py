"""Records what the recurrent layers of a PyTorch model do while it trains, for RNN Lab to show.

    import rnnlab_probe

    probe = rnnlab_probe.watch(model, every=50)
    for batch in batches:
        ...                      # forward, backward, optimizer step, as always
        probe.step(loss=loss)    # once a training step
    probe.close()                # also when the interpreter exits, and as a context manager

``watch`` finds nn.RNN, nn.LSTM, nn.GRU and their cells. Each step is recorded with its scalars, and every ``every``
steps the input, initial state, output and weights of each layer, and the gradients that autograd hands to its output,
h_n and c_n. The hidden states and dL/dh_t of every layer follow from these; RNN Lab computes them. The file is written
by a thread of its own. Training itself is unchanged: same losses, same random numbers.

Needs PyTorch 1.13 or newer and NumPy, and nothing else: the file also works when it is copied beside a script.
"""

from __future__ import annotations

import atexit
import json
import math
import os
import queue
import secrets
import socket
import struct
import sys
import threading
import time
import warnings
import weakref
import zlib
from collections import deque
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.modules import module as _module
from torch.nn.utils.rnn import PackedSequence

__version__ = "0.1.0"
__all__ = ["Probe", "watch"]

#: Of the frames of a probe, see docs/run-files.md.
FORMAT = 1
FOLDER = "rnnlab-runs"
FOLDER_VARIABLE = "RNNLAB_RUNS"

#: What may wait to be written; captures beyond it are dropped and counted.
_MAX_WAITING_BYTES = 256 << 20
#: What the captures of one step may take.
_MAX_STEP_BYTES = 128 << 20
_MAX_SCALARS = 64
_MAX_NAME = 100
#: How far back in the graph a state is looked for that was handed on after some arithmetic.
_MAX_NODES = 32
_FLUSH_SECONDS = 0.5
_BEAT_SECONDS = 2.0
_LEASE_BYTES = 1024
_STATE_NAMES = ("hn", "cn")
#: Elements of a weight gradient that are looked at, to tell whether a step was lost.
_SAMPLED = 64
#: Copies of a layer's weights, and of each of its larger parts, whose memory is kept.
_MAX_SPARE = 3
_REUSED = ("input", "output", "outputGradient")
#: Calls of a cell in one step that all start anew, from which on they are taken for a loop over time.
_LOOPED_CALLS = 4
#: How long a run is waited for that ends, seconds.
_MAX_WAIT = 60
#: Nodes of the graph of a module that is given times, in which one is looked for that mixes samples.
_MAX_TIMED_NODES = 2000
_STEP_FORGOTTEN = "step() was not called: nothing is recorded without probe.step(loss=loss) once a training step"
#: Probes of this process that record.
_recording: "weakref.WeakSet[Probe]" = weakref.WeakSet()


def watch(
    model: nn.Module,
    every: int = 50,
    sequences: int = 4,
    name: Optional[str] = None,
    folder: Optional[str] = None,
    scaler: Any = None,
    all_ranks: bool = False,
    max_bytes: int = 2 << 30,
) -> "Probe":
    """Starts recording the recurrent layers of ``model``, and ends the run of an earlier call for the same model.

    model: any module; nn.RNN, nn.LSTM, nn.GRU, nn.RNNCell, nn.LSTMCell and nn.GRUCell in it are found by name.
    every: steps from one capture to the next; 1 captures each step.
    sequences: how many sequences of a batch are captured, the first ones.
    name: of the run; by default the name of the script.
    folder: where the file goes; by default the environment variable RNNLAB_RUNS, else ``rnnlab-runs``.
    scaler: a torch GradScaler, whose factor the recorded gradients are divided by.
    all_ranks: with torch.distributed, a file for each rank instead of for rank 0 alone.
    max_bytes: of the file. When half of it is used, and half of what is left, captures become half as frequent.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"watch() needs a torch.nn.Module, not {type(model).__name__}")
    if isinstance(every, bool) or not isinstance(every, int) or every < 1:
        raise ValueError(f"every must be a whole number of at least 1, not {every!r}")
    if isinstance(sequences, bool) or not isinstance(sequences, int) or sequences < 1:
        raise ValueError(f"sequences must be a whole number of at least 1, not {sequences!r}")
    caller = sys._getframe(1)
    rank = _rank()
    if rank is not None and rank[0] != 0 and not all_ranks:
        return _inert()
    place = {"file": os.path.abspath(caller.f_code.co_filename), "line": caller.f_lineno}
    if name is None:
        name = _name_of(caller)
    if rank is not None and all_ranks:
        name = f"{name}, rank {rank[0]}"
    probe = Probe()
    try:
        probe._start(model, every, sequences, name, folder, scaler, rank, max_bytes, place)
    except Exception as error:  # noqa: BLE001 - training goes on, whatever it is
        probe._fail(error)
    return probe


def _inert() -> "Probe":
    """What a copy of a probe is, and that of a rank that records nothing."""
    return Probe()


class Probe:
    """Made by ``watch``. Every method may be called at any time, also after ``close`` and in a forked child."""

    def __init__(self) -> None:
        self._active = False
        self._pid = os.getpid()
        self._path: Optional[str] = None
        self._index = 0
        #: Seconds of processor time that the training thread has spent in the probe.
        self.seconds = 0.0

    @property
    def path(self) -> Optional[str]:
        """Of the file; None where nothing is recorded."""
        return self._path

    def __enter__(self) -> "Probe":
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.close(None if kind is None else f"{kind.__name__}: {error}")

    def __reduce__(self) -> Tuple[Callable[[], "Probe"], Tuple[()]]:
        return _inert, ()

    def __deepcopy__(self, memo: Any) -> "Probe":
        return _inert()

    def step(self, **scalars: Any) -> None:
        """Ends a training step: everything since the last call belongs to it. Numbers, or tensors of one element."""
        if not self._runs_here():
            return
        begun = time.thread_time()
        try:
            self._end_step(scalars)
        except Exception as error:  # noqa: BLE001
            self._fail(error)
        self.seconds += time.thread_time() - begun

    def close(self, failure: Optional[str] = None) -> None:
        """Writes what is left. ``failure``: why the training ended, where it did not end well."""
        if not self._runs_here():
            return
        self._active = False
        self._remove_hooks()
        atexit.unregister(self._at_exit)
        if failure is None and self._index == 0 and any(call.finished for call in self._calls):
            self._warn_once("step", _STEP_FORGOTTEN)
        try:
            self._writer.finish(self._index, failure, self.seconds)
            self._writer.wait()
        except Exception as error:  # noqa: BLE001
            _warn(f"the run could not be finished: {error}")

    # ---------------------------------------------------------------------------------------------- start and end

    def _start(
        self,
        model: nn.Module,
        every: int,
        sequences: int,
        name: str,
        folder: Optional[str],
        scaler: Any,
        rank: Optional[Tuple[int, int]],
        max_bytes: int,
        place: Mapping[str, Any],
    ) -> None:
        layers: List[_Layer] = []
        seen = set()
        for path, module in model.named_modules():
            if isinstance(module, (nn.RNNBase, nn.RNNCellBase)) and id(module) not in seen:
                seen.add(id(module))
                layers.append(_Layer(len(layers), path.replace("_orig_mod.", ""), module))
        if not layers:
            _warn(
                f"{type(model).__name__} has no nn.RNN, nn.LSTM, nn.GRU or cell of these: only scalars are recorded. "
                "Recurrent layers of another kind cannot be looked into"
            )
        self._model = weakref.ref(model)
        for other in list(_recording):
            if other._runs_here() and other._is_succeeded_by(model, layers):
                other.close()
        self._others = _others_in(model)
        self._layers = {id(layer.module()): layer for layer in layers}
        self._has_cells = any(layer.is_cell for layer in layers)
        self._all = layers
        self._every = every
        self._sequences = sequences
        self._scaler = scaler
        self._calls: List[_Call] = []
        self._step_bytes = 0
        self._left_out = 0
        self._warned = set()  # type: set
        self._uncompiled: Optional[Callable[..., None]] = None
        self._prepare_for_compiler()
        self._writer = _Writer(
            folder or os.environ.get(FOLDER_VARIABLE) or FOLDER,
            {
                "format": FORMAT,
                "name": name[:1000],
                "watch": place,
                "rank": None if rank is None else {"rank": rank[0], "world": rank[1]},
                "every": every,
                "sequences": sequences,
                "maxBytes": max_bytes,
                "parameters": sum(parameter.numel() for parameter in model.parameters()),
                "layers": [layer.description for layer in layers],
                "versions": {
                    "probe": __version__,
                    "torch": str(torch.__version__),
                    "numpy": np.__version__,
                    "python": ".".join(map(str, sys.version_info[:3])),
                },
            },
            max_bytes,
        )
        self._path = self._writer.path
        self._hooks = [_register_forward_hook(self._after_forward)]
        if any(layer.draws_masks for layer in layers):
            self._hooks.append(_module.register_module_forward_pre_hook(self._before_forward))
        self._active = True
        _recording.add(self)
        atexit.register(self._at_exit)
        self._tell_zero_weights(model)

    def _at_exit(self) -> None:
        # In a notebook the last error was that of some cell, not the end of the training.
        kind = None if _is_interactive() else getattr(sys, "last_type", None)
        self.close(None if kind is None else f"{kind.__name__}: {getattr(sys, 'last_value', '')}")

    def _is_succeeded_by(self, model: nn.Module, layers: "List[_Layer]") -> bool:
        """Whether a new probe takes the place of this one: a cell of a notebook that is run once more, for example."""
        own = [module for module in (layer.module() for layer in self._all) if module is not None]
        if self._model() is model or any(module is layer.module() for module in own for layer in layers):
            return True
        return not own and (len(self._all) > 0 or self._model() is None)

    def _runs_here(self) -> bool:
        return self._active and self._pid == os.getpid()

    def _remove_hooks(self) -> None:
        for hook in self.__dict__.get("_hooks", ()):
            hook.remove()

    def _fail(self, error: BaseException) -> None:
        """The training goes on without us."""
        _warn(f"recording stops: {type(error).__name__}: {error}")
        was_active, self._active = self._active, False
        self._remove_hooks()
        writer = self.__dict__.get("_writer")
        if was_active and writer is not None:
            writer.finish(self._index, f"the probe failed: {type(error).__name__}: {error}", self.seconds)
            # Not waited for here: the training goes on.
            atexit.unregister(self._at_exit)
            atexit.register(writer.wait)

    def _warn_once(self, kind: str, text: str) -> None:
        if kind not in self._warned:
            self._warned.add(kind)
            _warn(text)

    # ---------------------------------------------------------------------------------------------- hooks

    def _before_forward(self, module: nn.Module, args: Any) -> None:
        """Keeps the state of the random numbers that masks of dropout between layers are drawn from."""
        if _is_compiling():
            return
        layer = self._watched(module)
        if layer is None or not self._is_due or not layer.draws_masks or not module.training:
            return
        # Masks on a GPU come from generators that nothing else sees.
        layer.random_state = torch.get_rng_state() if layer.device_type(module) == "cpu" else None

    def _after_forward(self, module: nn.Module, args: Any, kwargs: Mapping[str, Any], output: Any) -> None:
        if not _is_compiling():
            self._after(module, args, kwargs, output)
        elif self._uncompiled is not None and isinstance(module, nn.RNNBase) and not _is_traced_through():
            # torch.compile leaves a fused layer to Python, and compiles the code around it: that of this hook, too.
            self._uncompiled(module, args, kwargs, output)

    def _after(self, module: nn.Module, args: Any, kwargs: Mapping[str, Any], output: Any) -> None:
        layer = self._watched(module)
        other = self._others.get(id(module)) if layer is None and self._active and self._is_due else None
        if layer is None and other is None:
            return
        begun = time.thread_time()
        try:
            if layer is not None:
                self._see(layer, module, args, kwargs, output)
            elif other is not None and other[0]() is module and self._pid == os.getpid():
                self._look_for_mixing(other[1], args, kwargs, output)
        except Exception as error:  # noqa: BLE001
            self._fail(error)
        self.seconds += time.thread_time() - begun

    def _watched(self, module: nn.Module) -> Optional["_Layer"]:
        if not self._active:
            return None
        layer = self._layers.get(id(module))
        if layer is None or layer.module() is not module or self._pid != os.getpid():
            return None
        return layer if torch.is_grad_enabled() else None

    def _prepare_for_compiler(self) -> None:
        """Once somebody compiles: to load the compiler takes a second or more."""
        if self._uncompiled is None and "torch._dynamo" in sys.modules and hasattr(torch, "compiler"):
            self._uncompiled = torch.compiler.disable(self._after)

    @property
    def _is_due(self) -> bool:
        return self._index % self._every == 0

    def _see(self, layer: "_Layer", module: nn.Module, args: Any, kwargs: Mapping[str, Any], output: Any) -> None:
        handed = args[1] if len(args) > 1 else kwargs.get("hx")
        outputs, states = layer.split(output)
        if not _is_plain(outputs.data if isinstance(outputs, PackedSequence) else outputs):
            return
        if handed is not None:
            self._tell_if_undetached(layer, handed)
        if self._is_due:
            self._capture(layer, module, args[0] if args else kwargs.get("input"), handed, outputs, states)
        layer.last_states = list(map(weakref.ref, states))
        layer.last_index = self._index

    def _capture(
        self, layer: "_Layer", module: nn.Module, inputs: Any, handed: Any, outputs: Any, states: List[Tensor]
    ) -> None:
        data = outputs.data if isinstance(outputs, PackedSequence) else outputs
        if not data.requires_grad:
            self._tell_once(layer, "frozen", "no gradient reaches the layer: its input and weights need none")
            return
        if self._step_bytes > _MAX_STEP_BYTES:
            self._left_out += 1
            if self._index == 0 and any(call.finished for call in self._calls):
                self._warn_once("step", _STEP_FORGOTTEN)
            return
        before = self._last_call(layer)
        call = _Call(layer, module, inputs, handed, outputs, states, self._sequences, before, self._gradient_scale)
        layer.random_state = None
        self._step_bytes += call.bytes
        self._calls.append(call)

    def _last_call(self, layer: "_Layer") -> Optional["_Call"]:
        for call in reversed(self._calls):
            if call.layer is layer:
                return call
        return None

    def _gradient_scale(self) -> float:
        return 1.0 if self._scaler is None else float(self._scaler.get_scale())

    def _tell_if_undetached(self, layer: "_Layer", handed: Any) -> None:
        """A state of an earlier step whose graph was kept: backward goes through weights that have changed since."""
        if layer.last_index is None or layer.last_index == self._index:
            return
        ours = [state() for state in layer.last_states]
        for state in _tensors(handed):
            if any(tensor is not None and _leads_to(state, tensor.grad_fn) for tensor in ours):
                self._tell_once(
                    layer,
                    "undetached",
                    "a state of an earlier step is handed on without detach(): backward goes through weights that "
                    "have changed since, and its gradients are wrong",
                )

    def _look_for_mixing(self, name: str, args: Any, kwargs: Mapping[str, Any], output: Any) -> None:
        if ("mixed-samples", name) in self._warned or not _mixes_samples(args, kwargs, output):
            return
        self._warned.add(("mixed-samples", name))
        text = "a time per sample is multiplied along the units, so that samples of a batch change each other"
        self._writer.event("mixed-samples", self._index, {"module": name, "text": text})

    def _tell_zero_weights(self, model: nn.Module) -> None:
        """Of recurrent layers that are none of PyTorch's, by the names of their weights."""
        watched = {id(parameter) for layer in self._all for parameter in layer.parameters()}
        for name, parameter in model.named_parameters():
            own = name.rpartition(".")[2]
            if id(parameter) in watched or "bias" in own or not ("recurrent" in own or "_hh" in own):
                continue
            if parameter.dim() > 1 and _is_plain(parameter) and parameter.device.type != "meta" and not parameter.any():
                path, text = name.rpartition(".")[0], "all of a recurrent weight is 0"
                self._writer.event("zero-weights", 0, {"module": path, "parameter": own, "text": text})

    def _tell_once(self, layer: "_Layer", kind: str, text: str, **detail: int) -> None:
        if (layer.index, kind) in self._warned:
            return
        self._warned.add((layer.index, kind))
        self._writer.event(kind, self._index, {"layer": layer.index, "text": text, **detail})

    # ---------------------------------------------------------------------------------------------- steps

    def _end_step(self, scalars: Mapping[str, Any]) -> None:
        index = self._index
        if self._calls:
            # A capture without a gradient is that of a second forward of a checkpoint, or of a branch without a loss.
            calls = [call for call in self._calls if call.finished]
            for call in self._calls:
                call.is_over = True
                self.seconds += call.seconds
            if calls:
                if self._has_cells:
                    self._tell_of_separate_calls()
                samples = {call.layer.index: call.layer.sample_gradient() for call in calls}
                self._writer.captures(index, calls, samples)
            self._calls = []
            self._step_bytes = 0
        if self._left_out > 0:
            self._writer.event("left-out", index, {"calls": self._left_out})
            self._left_out = 0
        if len(scalars) > _MAX_SCALARS:
            self._warn_once("scalars", f"step() records {_MAX_SCALARS} scalars; the others are left out")
            scalars = dict(list(scalars.items())[:_MAX_SCALARS])
        numbers = {}
        for name, value in scalars.items():
            number = value if type(value) is float else self._number(name, value)
            if number is not None:
                numbers[name] = number
        writer = self._writer
        writer.rows.append((index, numbers))
        self._index = index + 1
        if writer.is_filling():
            self._every = writer.every(self._every, index)
        if self._uncompiled is None:
            self._prepare_for_compiler()

    def _tell_of_separate_calls(self) -> None:
        """A cell in a loop whose state never comes from the call before: it is reset, or detached, at every step."""
        for layer in self._all:
            calls = [call for call in self._calls if layer.is_cell and call.layer is layer]
            if len(calls) >= _LOOPED_CALLS and not any(call.follows for call in calls):
                text = "no call is given a state of the call before"
                self._tell_once(layer, "separate-calls", text, calls=len(calls))

    def _number(self, name: str, value: Any) -> Any:
        """None, and a warning, where it is no number. One on another device is fetched by the writer."""
        try:
            if type(value) is Tensor and value.is_cpu and value.numel() == 1:
                number = value.item()
                return number if type(number) is float else float(number)
            if not isinstance(value, Tensor):
                return float(value)
            if value.numel() != 1:
                raise ValueError(f"it has {value.numel()} elements")
            if not _is_plain(value) or value.device.type == "meta":
                raise ValueError(f"it is a {type(value).__name__} on {value.device.type}; pass .item() of it")
            return float(value.detach()) if value.device.type == "cpu" else value.detach().clone()
        except (TypeError, ValueError, OverflowError, RuntimeError) as error:
            self._warn_once(f"scalar {name}", f"{name} is left out, step() takes numbers: {error}")
            return None


class _Layer:
    """A module that is watched. Holds it weakly: the model is the user's."""

    def __init__(self, index: int, name: str, module: nn.Module) -> None:
        self.index = index
        self.module = weakref.ref(module)
        self.is_cell = isinstance(module, nn.RNNCellBase)
        self.random_state: Optional[Tensor] = None
        # Copies that are written: their memory is used again, which spares the training thread new pages.
        self.spare: "deque[List[Tuple[str, Tensor]]]" = deque(maxlen=_MAX_SPARE)
        self.weight_bytes = 0
        self.spare_parts: Dict[str, "deque[Tensor]"] = {name: deque(maxlen=_MAX_SPARE) for name in _REUSED}
        self.last_states: List[Any] = []
        self.last_index: Optional[int] = None
        self.draws_masks = not self.is_cell and module.num_layers > 1 and module.dropout > 0
        kind = type(module).__name__
        if isinstance(module, (nn.LSTM, nn.LSTMCell)):
            cell = "lstm"
        elif isinstance(module, (nn.GRU, nn.GRUCell)):
            cell = "gru"
        else:
            cell = "rnn"
        self.has_cell_state = cell == "lstm"
        self.is_parametrized = "parametrizations" in module._modules
        parameter = next(module.parameters(), None)
        self.description: Dict[str, Any] = {
            "name": name[:1000],
            "type": kind,
            "cell": cell,
            "single": self.is_cell,
            "nonlinearity": getattr(module, "nonlinearity", "tanh") if cell == "rnn" else None,
            "inputSize": module.input_size,
            "hiddenSize": module.hidden_size,
            "projSize": getattr(module, "proj_size", 0),
            "numLayers": getattr(module, "num_layers", 1),
            "directions": 2 if getattr(module, "bidirectional", False) else 1,
            "bias": bool(module.bias),
            "dropout": float(getattr(module, "dropout", 0.0)),
            "dtype": None if parameter is None else str(parameter.dtype).replace("torch.", ""),
            "device": None if parameter is None else parameter.device.type,
        }

    def split(self, output: Any) -> Tuple[Any, List[Tensor]]:
        """Output and the states handed on: [h_n], [h_n, c_n], and those of a cell [h], [h, c]."""
        if not self.is_cell:
            return output[0], list(output[1]) if self.has_cell_state else [output[1]]
        return (output[0], list(output)) if self.has_cell_state else (output, [output])

    def parameters(self) -> List[nn.Parameter]:
        module = self.module()
        return [] if module is None else list(module.parameters())

    def device_type(self, module: nn.Module) -> str:
        weights = module._flat_weights
        return weights[0].device.type if weights and weights[0] is not None else "cpu"

    def weights(self, module: nn.Module) -> Optional[List[Tuple[str, Tensor]]]:
        """
        Those that the forward has used. Reading a parametrized weight by its name would compute it anew, draw random
        numbers and move buffers, so a cell with one has none here.
        """
        if not self.is_cell:
            return [(name, w) for name, w in zip(module._flat_weights_names, module._flat_weights) if w is not None]
        if self.is_parametrized:
            return None
        names = ["weight_ih", "weight_hh"] + (["bias_ih", "bias_hh"] if module.bias else [])
        return [(f"{name}_l0", getattr(module, name)) for name in names]

    def copied_weights(self, module: nn.Module) -> Optional[List[Tuple[str, Tensor]]]:
        """Called without gradients, as `copied` is."""
        weights = self.weights(module)
        if weights is None:
            return None
        try:
            spare = self.spare.pop()
        except IndexError:
            spare = []
        fits = len(spare) == len(weights) and all([_is_alike(a, b) for (_, a), (_, b) in zip(spare, weights)])
        if not fits:
            self.weight_bytes = sum(w.numel() * w.element_size() for _, w in weights)
            return [(name, w.clone()) for name, w in weights]
        for (_, copy), (_, w) in zip(spare, weights):
            copy.copy_(w)
        return spare

    def copied(self, name: str, part: Tensor) -> Tensor:
        """A copy of one of the larger parts of a call. Its memory comes back with `give_back`."""
        try:
            spare = self.spare_parts[name].pop()
        except IndexError:
            return part.clone(memory_format=torch.contiguous_format)
        return spare.copy_(part) if _is_alike(spare, part) else part.clone(memory_format=torch.contiguous_format)

    def sample_gradient(self) -> Optional[Tensor]:
        """Some elements of the gradient of a recurrent weight, as the optimizer has left it; None where there is none."""
        module = self.module()
        if module is None:
            return None
        # Of nearly all layers it is one of its own, and the others need not be gone through.
        own = module._parameters
        for name, parameter in own.items() if "weight_hh_l0" in own else module.named_parameters():
            if "weight_hh" not in name or parameter is None:
                continue
            gradient = parameter.grad
            if gradient is not None and _is_plain(gradient):
                gradient = gradient.detach().contiguous()
                count = gradient.numel()
                return gradient.as_strided((min(_SAMPLED, count),), (max(1, count // _SAMPLED),)).clone()
        return None


class _Call:
    """One forward of a layer: copies of what went in and came out, and the gradients as they come."""

    def __init__(
        self,
        layer: _Layer,
        module: nn.Module,
        inputs: Any,
        handed: Any,
        outputs: Any,
        states: List[Tensor],
        sequences: int,
        before: Optional["_Call"],
        scale: Callable[[], float],
    ) -> None:
        self.layer = layer
        self.training = module.training
        self.scale_of = scale
        self.scale = 1.0
        self.finished = False
        #: Its step has ended: what another backward brings is no part of it.
        self.is_over = False
        #: Of processor time, while gradients were kept.
        self.seconds = 0.0
        self.gradients: Dict[str, Tensor] = {}
        self.lengths: Optional[List[int]] = None
        # Nodes, not tensors: the user may hold nothing but what was computed from a state.
        self.handed_on = [(weakref.ref(state), state.grad_fn) for state in states]
        self.weights: Optional[List[Tuple[str, Tensor]]] = None
        packed = isinstance(inputs, PackedSequence)
        data = inputs.data if packed else inputs
        #: What is kept of the input, output and gradient, and of a state: a view, or a new tensor where it is packed.
        self.part: Callable[[Tensor], Tensor]
        self.part_of_state: Callable[[Tensor], Tensor]
        if packed:
            self._prepare_packed(inputs, sequences)
        else:
            self._prepare_plain(module, data, sequences)
        out = outputs.data if packed else outputs
        self.out_dtype = out.dtype
        self.output_shape = out.shape
        handed_states = _tensors(handed)
        self.follows = self._follows(handed_states, before)
        with torch.no_grad():
            self.input = self._copied("input", data)
            self.output = self._copied("output", out)
            self.initial = [self._state(state) for state in handed_states]
            self.final = [] if layer.is_cell and not layer.has_cell_state else [self._state(state) for state in states]
            if not self.follows:
                self.weights = layer.copied_weights(module)
        self.random_state = layer.random_state
        # Its gradient is as large as the output; states are small beside them.
        self.bytes = (self.input.numel() + 2 * self.output.numel()) * self.output.element_size()
        if self.weights is not None:
            self.bytes += layer.weight_bytes
        self._watch_gradient("output", out)
        for name, state in zip(_STATE_NAMES, states):
            if not (layer.is_cell and name == "hn"):
                self._watch_gradient(name, state)

    def _copied(self, name: str, tensor: Tensor) -> Tensor:
        part = self.part(tensor)
        return part if self.lengths is not None else self.layer.copied(name, part)

    def _state(self, state: Tensor) -> Tensor:
        return self.part_of_state(state).clone(memory_format=torch.contiguous_format)

    def _prepare_plain(self, module: nn.Module, data: Tensor, sequences: int) -> None:
        if self.layer.is_cell:
            batched, batch_dim, state_dim = data.dim() == 2, 0, 0
        else:
            batched, batch_dim, state_dim = data.dim() == 3, 0 if module.batch_first else 1, 1
        self.batch_size = data.shape[batch_dim] if batched else 1
        count = min(sequences, self.batch_size)
        self.count = count
        self.batch_first = not self.layer.is_cell and batched and module.batch_first
        if not batched:
            # As a batch of one: [T, 1, F], and [1, F] of a cell.
            self.part = self.part_of_state = lambda tensor: tensor.unsqueeze(state_dim)
            return
        # In the user's layout: the writer has the time to change it.
        self.part = lambda tensor: tensor.narrow(batch_dim, 0, count)
        self.part_of_state = lambda tensor: tensor.narrow(state_dim, 0, count)

    def _prepare_packed(self, inputs: PackedSequence, sequences: int) -> None:
        sizes = inputs.batch_sizes.tolist()
        self.batch_first = False
        self.batch_size = sizes[0]
        self.count = min(sequences, self.batch_size)
        order = inputs.unsorted_indices
        places = list(range(self.count)) if order is None else order[: self.count].tolist()
        starts = [0]
        for size in sizes:
            starts.append(starts[-1] + size)
        self.lengths = [sum(1 for size in sizes if size > place) for place in places]
        rows = [starts[t] + place for place, length in zip(places, self.lengths) for t in range(length)]
        index = torch.tensor(rows, device=inputs.data.device)
        self.packed_rows = index
        self.part = lambda tensor: tensor.index_select(0, index)
        # h_0 and h_n are in the order of the batch, not of the packing.
        count = self.count
        self.part_of_state = lambda tensor: tensor.narrow(1, 0, count)

    def _follows(self, handed: List[Tensor], before: Optional["_Call"]) -> bool:
        """
        Whether this call goes on where `before` ended, in one graph: with the very states that it handed on; of a cell,
        whose gradients are the total ones, also with states computed from them.
        """
        if before is None or not handed or before.count != self.count or self.lengths is not None:
            return False
        ours = [state() for state, _ in before.handed_on]
        if all(any(state is own for own in ours) for state in handed):
            return True
        if not self.layer.is_cell:
            return False
        return any(_leads_to(handed[0], node) for _, node in before.handed_on)

    def _watch_gradient(self, name: str, tensor: Tensor) -> None:
        node = tensor.grad_fn
        if node is None:
            return
        # The node's own hook sees the gradient of the layer's output, also where the tensor is changed in place later.
        register = getattr(node, "register_prehook", None)
        if register is None:
            tensor.register_hook(lambda gradient: self._keep(name, gradient))
            return
        number = tensor.output_nr

        def keep(gradients: Tuple[Optional[Tensor], ...]) -> None:
            gradient = gradients[number]
            if gradient is not None:
                self._keep(name, gradient)

        register(keep)

    def _keep(self, name: str, gradient: Tensor) -> None:
        if self.is_over or not _is_plain(gradient):
            return
        begun = time.thread_time()
        gradient = gradient.detach()
        held = self.gradients.get(name)
        if held is not None:
            held.add_(self.part(gradient) if name == "output" else self.part_of_state(gradient))
        elif name == "output":
            self.gradients[name] = self._copied("outputGradient", gradient)
        else:
            self.gradients[name] = self._state(gradient)
        if not self.finished:
            _when_backward_ends(self._finish)
        self.seconds += time.thread_time() - begun

    def _finish(self) -> None:
        if not self.finished:
            self.scale = self.scale_of()
        self.finished = True

    def give_back(self) -> None:
        """The memory of what is written."""
        parts = {"input": self.input, "output": self.output, "outputGradient": self.gradients.get("output")}
        for name, part in parts.items():
            if part is not None:
                self.layer.spare_parts[name].append(part)


# ------------------------------------------------------------------------------------------------------ the file


class _Writer:
    """The only writer of a run file, on a thread of its own."""

    def __init__(self, folder: str, start: Dict[str, Any], max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.written = 0
        # Bytes of captures, of which each number is changed by one thread alone.
        self.handed_over = 0
        self.taken = 0
        self.dropped = 0
        self.captured = 0
        self.doublings = 0
        #: Size of the file and what waits, from which on captures become half as frequent.
        self.rarer_from: float = max_bytes * 0.5
        self.layers = start["layers"]
        self.jobs: "queue.SimpleQueue[Optional[Callable[[], None]]]" = queue.SimpleQueue()
        # A step a row: added to by the training thread.
        self.rows: "deque[Tuple[int, Dict[str, Any]]]" = deque()
        self.last_weights: Dict[int, Tuple[int, Dict[str, np.ndarray], List[Tuple[str, Tensor]]]] = {}
        self.unwritten: List[bytes] = []
        self.refusal: Optional[str] = None
        folder = os.path.abspath(os.path.expanduser(folder))
        os.makedirs(folder, exist_ok=True)
        started = time.time()
        place = _process_place()
        while True:
            stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(started))
            run_id = f"{stamp}-{secrets.token_hex(3)}"
            self.path = os.path.join(folder, f"{run_id}.rnnrun")
            try:
                # Beside other trainers: the name is taken by whoever makes the file.
                self.file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
                break
            except FileExistsError:
                continue
        self.beat = _Heartbeat(self.path[: -len(".rnnrun")] + ".rnnlease", place)
        start = {
            **start,
            "runId": run_id,
            "startedAt": int(started * 1000),
            "writer": {"process": place["process"], "machine": place["machine"]},
        }
        self._write(b"RNNRUN\r\n" + struct.pack("<II", 1, 0) + _frame("PROB", start))
        self.thread = threading.Thread(target=self._work, name="rnnlab-probe", daemon=True)
        self.thread.start()

    # Called by the training thread.

    def event(self, kind: str, index: int, detail: Any) -> None:
        self.jobs.put(lambda: self._write(_frame("EVNT", {"kind": kind, "iteration": index, "detail": detail})))

    def captures(self, index: int, calls: List[_Call], samples: Dict[int, Optional[Tensor]]) -> None:
        size = sum(call.bytes for call in calls)
        if self.handed_over - self.taken + size > _MAX_WAITING_BYTES or self.refusal is not None:
            self.dropped += 1
            return
        self.handed_over += size
        self.jobs.put(lambda: self._write_captures(index, calls, samples, size))

    def is_filling(self) -> bool:
        """Whether half of what was left of the file's size is used, what waits included."""
        return self.written + self.handed_over - self.taken >= self.rarer_from

    def every(self, every: int, index: int) -> int:
        """Twice as many steps from one capture to the next."""
        self.doublings += 1
        self.rarer_from = self.max_bytes * (1 - 0.5 ** (self.doublings + 1)) if self.doublings < 40 else math.inf
        self.event("interval", index, {"every": every * 2})
        return every * 2

    def finish(self, iterations: int, failure: Optional[str], seconds: float) -> None:
        end = {
            "endedAt": int(time.time() * 1000),
            "iterations": iterations,
            "failure": None if failure is None else failure[:1000],
            "captures": self.captured,
            "dropped": self.dropped,
            "probeSeconds": seconds,
        }

        def last() -> None:
            self._flush_rows()
            self._write(_frame("DONE", {**end, "captures": self.captured, "dropped": self.dropped}))

        self.jobs.put(last)
        self.jobs.put(None)

    def wait(self) -> None:
        """For the end of the file, a while."""
        self.thread.join(_MAX_WAIT)

    # On the thread.

    def _work(self) -> None:
        while True:
            try:
                job = self.jobs.get(timeout=_FLUSH_SECONDS)
            except queue.Empty:
                job = self._flush_rows
            if job is None:
                self.beat.stop()
                os.close(self.file)
                return
            try:
                job()
            except Exception as error:  # noqa: BLE001
                _warn(f"a part of the run is not recorded: {type(error).__name__}: {error}")

    def _flush_rows(self) -> None:
        rows = [self.rows.popleft() for _ in range(len(self.rows))]
        start = 0
        while start < len(rows):
            names = tuple(rows[start][1])
            end = start
            while end < len(rows) and tuple(rows[end][1]) == names and rows[end][0] == rows[start][0] + end - start:
                end += 1
            part = rows[start:end]
            arrays = {
                str(i): np.array([_fetched(values[name]) for _, values in part], dtype=np.float64)
                for i, name in enumerate(names)
            }
            value = {"first": part[0][0], "rows": len(part), "names": [name[:_MAX_NAME] for name in names]}
            self._write(_frame("SCAL", value, arrays))
            start = end

    def _write_captures(
        self, index: int, calls: List[_Call], samples: Dict[int, Optional[Tensor]], size: int
    ) -> None:
        try:
            self._flush_rows()
            chains: List[List[_Call]] = []
            for call in calls:
                chain = next((c for c in reversed(chains) if c[-1].layer is call.layer), None)
                if call.follows and chain is not None:
                    chain.append(call)
                else:
                    chains.append([call])
            for chain in chains:
                sample = samples.get(chain[0].layer.index)
                value, arrays = _joined(index, chain, sample)
                self._add_weights(index, chain[0], value, arrays)
                self._write(_frame("CAPT", value, arrays))
            self.captured += 1
            for call in calls:
                call.give_back()
        finally:
            self.taken += size

    def _add_weights(self, index: int, call: _Call, value: Dict[str, Any], arrays: Dict[str, np.ndarray]) -> None:
        """With the first capture, and where they differ from the last ones written."""
        if call.weights is None:
            value["weightsFrom"] = None
            return
        weights = {name: _numpy(w) for name, w in call.weights}
        layer = call.layer.index
        last = self.last_weights.get(layer)
        if last is not None and last[1].keys() == weights.keys():
            if all(np.array_equal(w, last[1][name], equal_nan=True) for name, w in weights.items()):
                value["weightsFrom"] = last[0]
                call.layer.spare.append(call.weights)
                return
        self.last_weights[layer] = (index, weights, call.weights)
        if last is not None:
            call.layer.spare.append(last[2])
        value["weightsFrom"] = index
        for name, w in weights.items():
            value["shapes"][f"weight.{name}"] = list(w.shape)
            arrays[f"weight.{name}"] = w

    def _write(self, frame: bytes) -> None:
        """Whole frames only: what a full disk has taken in part is cut off again, and tried once more with the next."""
        if self.unwritten and not self._try(self.unwritten[0]):
            self._keep(frame)
            return
        while self.unwritten:
            self.unwritten.pop(0)
            if self.unwritten and not self._try(self.unwritten[0]):
                self._keep(frame)
                return
        self.refusal = None
        if not self._try(frame):
            self._keep(frame)

    def _keep(self, frame: bytes) -> None:
        if frame[4:8] == b"CAPT":
            self.dropped += 1
        else:
            self.unwritten.append(frame)

    def _try(self, frame: bytes) -> bool:
        view = memoryview(frame)
        try:
            while view:
                view = view[os.write(self.file, view) :]
        except OSError as error:
            if self.refusal is None:
                _warn(f"{self.path} could not be written: {error.strerror}. It is tried again")
            self.refusal = error.strerror or str(error)
            os.ftruncate(self.file, self.written)
            os.lseek(self.file, self.written, os.SEEK_SET)
            return False
        self.written += len(frame)
        return True


def _fetched(value: Any) -> float:
    """Of a tensor on another device, NaN where it cannot be had."""
    try:
        return float(value)
    except Exception:  # noqa: BLE001
        return math.nan


def _joined(index: int, chain: List[_Call], sample: Optional[Tensor]) -> Tuple[Dict[str, Any], Dict[str, np.ndarray]]:
    """The calls of a chain as one sequence. Arrays are [T, sequences, features], states [calls, rows, sequences, units]."""
    first = chain[0]
    layer = first.layer
    arrays: Dict[str, np.ndarray] = {}
    shapes: Dict[str, List[int]] = {}

    def put(name: str, values: Optional[np.ndarray]) -> None:
        if values is not None:
            arrays[name] = values
            shapes[name] = list(values.shape)

    def series(call: _Call, tensor: Optional[Tensor], like: Tensor) -> np.ndarray:
        values = np.zeros(tuple(like.shape), _type_of(like)) if tensor is None else _numpy(tensor)
        if layer.is_cell:
            return values[None]
        if call.batch_first:
            return values.swapaxes(0, 1)
        return values if call.lengths is None else _padded(values, call.lengths)

    def state(call: _Call, tensor: Optional[Tensor], like: Tensor) -> np.ndarray:
        values = np.zeros(tuple(like.shape), _type_of(like)) if tensor is None else _numpy(tensor)
        return values[None] if layer.is_cell else values

    put("input", np.concatenate([series(call, call.input, call.input) for call in chain]))
    put("output", np.concatenate([series(call, call.output, call.output) for call in chain]))
    scaled = {
        id(call): {name: gradient / call.scale if call.scale != 1 else gradient for name, gradient in call.gradients.items()}
        for call in chain
    }
    put("outputGradient", np.concatenate([series(c, scaled[id(c)].get("output"), c.output) for c in chain]))
    for i, name in enumerate(("h", "c")[: len(first.initial)]):
        put(f"{name}0", state(first, first.initial[i], first.initial[i]))
    if not layer.is_cell or layer.has_cell_state:
        for i, name in enumerate(("hn", "cn")[: len(first.final)]):
            if layer.is_cell and name == "hn":
                continue
            put(name, np.stack([state(call, call.final[i], call.final[i]) for call in chain]))
            put(
                f"{name}Gradient",
                np.stack([state(call, scaled[id(call)].get(name), call.final[i]) for call in chain]),
            )
    masks = _masks(first) if len(chain) == 1 else None
    put("masks", masks)
    if sample is not None:
        put("gradientSample", _numpy(sample))
    lengths = first.lengths
    steps = [1 if layer.is_cell else (max(c.lengths) if c.lengths else c.output.shape[c.batch_first]) for c in chain]
    value = {
        "iteration": index,
        "layer": layer.index,
        "batchSize": first.batch_size,
        "sequences": first.count,
        "timeSteps": sum(steps),
        "lengths": lengths,
        "segments": steps,
        "dtype": str(first.out_dtype).replace("torch.", ""),
        "training": first.training,
        "scale": first.scale,
        "masks": "drawn" if masks is not None else ("none" if not layer.draws_masks or not first.training else "unknown"),
        "shapes": shapes,
    }
    return value, arrays


def _masks(call: _Call) -> Optional[np.ndarray]:
    """
    The factors of dropout between layers, [layers - 1, T, sequences, features], drawn once more from the state that the
    random numbers had; the numbers of the training itself are left alone.
    """
    layer = call.layer
    if call.random_state is None or not layer.draws_masks:
        return None
    generator = torch.Generator()
    generator.set_state(call.random_state)
    keep = 1 - layer.description["dropout"]
    factors = []
    for _ in range(layer.description["numLayers"] - 1):
        if keep <= 0:
            return None
        # In the layout of the computation: time first, packed where the input is.
        shape = call.output_shape
        if call.batch_first:
            shape = (shape[1], shape[0], shape[2])
        noise = torch.empty(shape, dtype=call.out_dtype).bernoulli_(keep, generator=generator).div_(keep)
        if call.lengths is not None:
            factors.append(_padded(_numpy(noise.index_select(0, call.packed_rows)), call.lengths))
        else:
            noise = noise if noise.dim() == 3 else noise.unsqueeze(1)
            factors.append(_numpy(noise[:, : call.count]))
    return np.stack(factors)


def _padded(rows: np.ndarray, lengths: Sequence[int]) -> np.ndarray:
    """Sequences one after the other, as [T, sequences, features] with zeros behind the end of each."""
    padded = np.zeros((max(lengths), len(lengths), rows.shape[-1]), rows.dtype)
    at = 0
    for i, length in enumerate(lengths):
        padded[:length, i] = rows[at : at + length]
        at += length
    return padded


def _numpy(tensor: Tensor) -> np.ndarray:
    tensor = tensor.detach().cpu()
    return tensor.to(_torch_type_of(tensor)).contiguous().numpy()


def _torch_type_of(tensor: Tensor) -> torch.dtype:
    return torch.float64 if tensor.dtype == torch.float64 else torch.float32


def _type_of(tensor: Tensor) -> Any:
    return np.float64 if tensor.dtype == torch.float64 else np.float32


def _frame(kind: str, value: Any, arrays: Optional[Mapping[str, np.ndarray]] = None) -> bytes:
    """See docs/run-files.md: size, kind, payload, zeros up to a multiple of 8, CRC-32, size of the whole."""
    arrays = arrays or {}
    names = [[name, "f64" if values.dtype == np.float64 else "f32", int(values.size)] for name, values in arrays.items()]
    text = json.dumps({"value": _finite(value), "arrays": names}, allow_nan=False).encode()
    parts = [_filled(struct.pack("<I", len(text)) + text)]
    parts.extend(_filled(np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()) for values in arrays.values())
    payload = b"".join(parts)
    frame = struct.pack("<I4s", len(payload), kind.encode()) + payload
    return frame + struct.pack("<II", zlib.crc32(frame), len(frame) + 8)


def _filled(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 8)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {"nonFinite": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value


class _Heartbeat:
    """The lease beside a run file: says which process writes it, with a counter that goes up while it lives."""

    def __init__(self, path: str, place: Dict[str, Any]) -> None:
        self.path = path
        self.place = place
        self.beats = 0
        self.ended = threading.Event()
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        self._beat()
        self.thread = threading.Thread(target=self._work, name="rnnlab-probe-lease", daemon=True)
        self.thread.start()

    def _work(self) -> None:
        while not self.ended.wait(_BEAT_SECONDS):
            try:
                self._beat()
            except OSError:
                # Tried again with the next one.
                pass

    def _beat(self) -> None:
        text = json.dumps({"format": "rnnlease 1", **self.place, "beat": self.beats}).encode()
        os.lseek(self.file, 0, os.SEEK_SET)
        os.write(self.file, text + b" " * (_LEASE_BYTES - 1 - len(text)) + b"\n")
        self.beats += 1

    def stop(self) -> None:
        self.ended.set()
        self.thread.join(5)
        os.close(self.file)
        try:
            os.unlink(self.path)
        except OSError:
            pass


def _process_place() -> Dict[str, Any]:
    place: Dict[str, Any] = {
        "process": os.getpid(),
        "processStart": None,
        "boot": None,
        "pidNamespace": None,
        "machine": socket.gethostname()[:256],
    }
    try:
        with open("/proc/self/stat", encoding="utf-8", errors="replace") as file:
            place["processStart"] = file.read().rpartition(")")[2].split()[19]
        with open("/proc/sys/kernel/random/boot_id", encoding="utf-8") as file:
            place["boot"] = file.read().strip()
        place["pidNamespace"] = os.readlink("/proc/self/ns/pid")
    except (OSError, IndexError):
        place.update(processStart=None, boot=None, pidNamespace=None)
    return place


# ------------------------------------------------------------------------------------------------------ PyTorch


def _register_forward_hook(hook: Callable[..., None]) -> Any:
    """
    For all modules: hooks of one module would be copied with it and keep torch.save(model) from working. It comes before
    the module's own, so that the output is the layer's and weights are whole.
    """
    # torch.compile says of such hooks that they run once more, for the module around a compiled one; ours pass that over.
    warnings.filterwarnings("ignore", message=r"Using `torch\.compile\(module\)` when there are global hooks")
    try:
        return _module.register_module_forward_hook(hook, with_kwargs=True)
    except TypeError:
        pass

    def without_names(module: nn.Module, args: Any, output: Any) -> None:
        # Older versions hand on no arguments that are passed by name. Those of a recurrent layer are two at most.
        named = len(args) < 2 and isinstance(module, (nn.RNNBase, nn.RNNCellBase))
        hook(module, args, _named_arguments(module, sys._getframe(1)) if named else {}, output)

    return _module.register_module_forward_hook(without_names)


def _named_arguments(module: nn.Module, frame: Any) -> Mapping[str, Any]:
    """Of a call of the module whose hooks the frame, or the one that it is nested in, calls."""
    for _ in range(2):
        local = {} if frame is None else frame.f_locals
        if local.get("self") is module and isinstance(local.get("kwargs"), dict):
            return local["kwargs"]
        frame = getattr(frame, "f_back", None)
    return {}


def _is_compiling() -> bool:
    compiler = getattr(torch, "compiler", None)
    return compiler is not None and hasattr(compiler, "is_compiling") and compiler.is_compiling()


def _is_traced_through() -> bool:
    """Whether the user has told the compiler to take fused layers into its graphs, where nothing may interrupt it."""
    return bool(getattr(sys.modules["torch._dynamo"].config, "allow_rnn", False))


def _is_plain(tensor: Any) -> bool:
    """Neither one of torch.func's transforms nor a shard of a distributed tensor."""
    return isinstance(tensor, Tensor) and type(tensor) in (Tensor, nn.Parameter) and not _is_wrapped(tensor)


def _is_wrapped(tensor: Tensor) -> bool:
    functorch = getattr(torch._C, "_functorch", None)
    test = getattr(functorch, "is_functorch_wrapped_tensor", None)
    return test is not None and bool(test(tensor))


def _when_backward_ends(finish: Callable[[], None]) -> None:
    torch.autograd.Variable._execution_engine.queue_callback(finish)


def _is_alike(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and one.dtype is other.dtype and one.device == other.device


def _tensors(value: Any) -> List[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    return [item for item in value if isinstance(item, Tensor)] if isinstance(value, (list, tuple)) else []


def _leads_to(tensor: Tensor, source: Any) -> bool:
    """Whether `tensor` was computed by way of a node of the graph, as far as some nodes before it tell."""
    if tensor.grad_fn is None or source is None:
        return False
    return any(node is source for node in _nodes_before(tensor.grad_fn, _MAX_NODES))


def _others_in(model: nn.Module) -> Dict[int, Tuple[Any, str]]:
    """Modules that are none of PyTorch's, with their paths."""
    return {
        id(module): (weakref.ref(module), path or type(module).__name__)
        for path, module in model.named_modules()
        if type(module).__module__.partition(".")[0] != "torch"
    }


def _mixes_samples(args: Any, kwargs: Mapping[str, Any], output: Any) -> bool:
    """
    Whether a module that is given a time per sample multiplies it along the units, which raises no error where there
    are as many units as samples. Read off the graph of its output: a product with a vector that is the times of one step
    up to a factor, and with a matrix or with a parameter. Nothing is computed anew, and nothing unpacked of a checkpoint.
    """
    inputs = [tensor for tensor in _tensors([*args, *kwargs.values()]) if _is_plain(tensor)]
    outputs = _tensors(output) or _tensors(output[0] if isinstance(output, (list, tuple)) and output else None)
    if len(inputs) < 2 or not outputs or outputs[0].grad_fn is None or outputs[0].dim() < 2:
        return False
    data, units = inputs[0], outputs[0].shape[-1]
    steps = tuple(data.shape[:-1])
    # Two numbers are soon those of another vector up to a factor.
    if data.dim() not in (2, 3) or units < 3 or units not in steps or not _has_saved_tensors(outputs[0].grad_fn):
        return False
    times = [t for t in inputs[1:] if tuple(t.shape) in (steps, (*steps, 1)) and t.is_floating_point()]
    if not times:
        return False
    series = [t.detach().cpu().reshape(steps).double() for t in times]
    rows = [t.movedim(axis, -1).reshape(-1, units) for t in series for axis, n in enumerate(steps) if n == units]
    vectors = torch.cat(rows)
    # The same time for all samples mixes nothing.
    vectors = vectors[vectors.amax(1) - vectors.amin(1) > 1e-6 * vectors.abs().amax(1)]
    if len(vectors) == 0:
        return False
    return any(_is_product_along(node, vectors, units) for node in _nodes_before(outputs[0].grad_fn, _MAX_TIMED_NODES))


def _is_product_along(node: Any, vectors: Tensor, units: int) -> bool:
    if type(node).__name__ not in ("MulBackward0", "DivBackward0"):
        return False
    of_parameter = any(_is_of_parameter(parent, units) for parent, _ in node.next_functions)
    if not of_parameter and len(node._input_metadata[0].shape) < 2:
        return False
    for name in ("_saved_self", "_saved_other"):
        try:
            saved = getattr(node, name, None)
        except RuntimeError:
            # It was changed in place.
            continue
        if not isinstance(saved, Tensor) or tuple(saved.shape) != (units,) or not saved.is_floating_point():
            continue
        saved = saved.detach().cpu().double()
        product = (vectors**2).sum(1) * (saved**2).sum()
        if bool(((product > 0) & ((vectors @ saved) ** 2 >= (1 - 1e-12) * product)).any()):
            return True
    return False


def _is_of_parameter(node: Any, units: int) -> bool:
    """A parameter with a number for each unit, or what is computed of one alone."""
    leaves = [node] if type(node).__name__ == "AccumulateGrad" else [parent for parent, _ in getattr(node, "next_functions", ())]
    return len(leaves) > 0 and all(tuple(getattr(getattr(leaf, "variable", None), "shape", ())) == (units,) for leaf in leaves)


def _has_saved_tensors(node: Any) -> bool:
    """Whether the tensors of the graph are there as they are, not packed by a checkpoint; old versions do not say."""
    top = getattr(torch._C._autograd, "_top_saved_tensors_default_hooks", None)
    return top is not None and top(False) is None and hasattr(node, "_input_metadata")


def _nodes_before(node: Any, most: int) -> Iterator[Any]:
    """A node of the graph and those that it was computed from, the nearest first."""
    nodes, known = [node], {node}
    for node in nodes:
        yield node
        for parent, _ in node.next_functions:
            if parent is not None and parent not in known and len(nodes) < most:
                known.add(parent)
                nodes.append(parent)


def _name_of(caller: Any) -> str:
    """Of a run: the script's, or the notebook's where its cells know it."""
    file = caller.f_code.co_filename
    if "__file__" not in caller.f_globals and _is_interactive():
        file = caller.f_globals.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME") or "interactive"
    return os.path.splitext(os.path.basename(file))[0]


def _is_interactive() -> bool:
    return hasattr(sys, "ps1") or "ipykernel" in sys.modules


def _rank() -> Optional[Tuple[int, int]]:
    distributed = torch.distributed
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_rank(), distributed.get_world_size()
    return None


def _warn(text: str) -> None:
    """On stderr where warnings are errors: the training goes on."""
    try:
        warnings.warn(f"rnnlab_probe: {text}", RuntimeWarning, stacklevel=3)
    except RuntimeWarning as warning:
        print(warning, file=sys.stderr)
