#!/usr/bin/env bash
# PyTorch 2.15.0 on a CPU: gradients by sample of nn.RNN, nn.GRU and nn.LSTM with torch.func.
#
# One would expect: vmap(grad(loss), in_dims=(None, 0)), the form in PyTorch's tutorial on per-sample gradients, either
# works for a recurrent layer or says that the layer is not supported; and where vmap of the layer itself is refused,
# vmap of its gradient is, too.
#
# What happens: vmap of the layer is refused in words ("Batching rule not implemented"). vmap of its gradient, with the
# weights shared by all samples, ends in an error about two shapes, which names neither the layer nor vmap. With the
# same weights given once a sample, as views (weight.expand(samples, ...), which takes no memory, and in_dims=(0, 0)),
# the gradients of each sample come out, for all three layers, although their forward pass is refused. A float32
# nn.LSTM, which is one operation of oneDNN, works with shared weights, too; in float64 it does not. The forward pass of
# nn.GRUCell and nn.RNNCell works, with a warning of a performance drop, and their gradient with shared weights ends in
# the same error. nn.Linear works in each form.
#
# Output seen (Python 3.11, Linux, x86-64); "right" means equal to the gradients of one sample after the other:
#   Linear float32: forward right, gradient with shared weights right, with expanded weights right
#   RNN float32: forward no batching rule, gradient with shared weights shapes, with expanded weights right
#   GRU float32: forward no batching rule, gradient with shared weights shapes, with expanded weights right
#   LSTM float32: forward no batching rule, gradient with shared weights right, with expanded weights right
#   LSTM float64: forward no batching rule, gradient with shared weights shapes, with expanded weights right
#   RNNCell float32: forward right, gradient with shared weights shapes, with expanded weights right
#   GRUCell float32: forward right, gradient with shared weights shapes, with expanded weights right
#   LSTMCell float32: forward no batching rule, gradient with shared weights shapes, with expanded weights right
#
# Needs: Python 3.10 or newer with venv, a registry, about 6 GB. Fails if one of the eight lines changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"${PYTHON:-python3}" -m venv environment
environment/bin/pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6

cat > samples.py <<'PYTHON'
import torch
from torch import nn
from torch.func import functional_call, grad, vmap

SAMPLES = 4


def outcome(work, expected):
    try:
        found = work()
    except RuntimeError as error:
        if "Batching rule not implemented" in str(error):
            return "no batching rule"
        return "shapes" if "doesn't match the broadcast shape" in str(error) else str(error)
    return "right" if all(torch.allclose(found[key], expected[key], atol=1e-5) for key in expected) else "wrong"


def look(kind, dtype):
    torch.manual_seed(0)
    module = kind(2, 3).to(dtype)
    weights = dict(module.named_parameters())
    # A sequence of five steps, or one step, of each sample.
    data = torch.randn(SAMPLES, *((5, 2) if kind in (nn.RNN, nn.GRU, nn.LSTM) else (2,)), dtype=dtype)

    def loss(values, sample):
        answer = functional_call(module, values, (sample,))
        return (answer[0] if isinstance(answer, tuple) else answer).square().sum()

    losses = {"loss": torch.stack([loss(weights, sample) for sample in data])}
    each = [grad(loss)(weights, sample) for sample in data]
    gradients = {name: torch.stack([one[name] for one in each]) for name in weights}
    expanded = {name: weight.expand(SAMPLES, *weight.shape) for name, weight in weights.items()}
    forward = outcome(lambda: {"loss": vmap(loss, in_dims=(None, 0))(weights, data)}, losses)
    shared = outcome(lambda: vmap(grad(loss), in_dims=(None, 0))(weights, data), gradients)
    own = outcome(lambda: vmap(grad(loss), in_dims=(0, 0))(expanded, data), gradients)
    return f"forward {forward}, gradient with shared weights {shared}, with expanded weights {own}"


for kind in (nn.Linear, nn.RNN, nn.GRU, nn.LSTM, nn.RNNCell, nn.GRUCell, nn.LSTMCell):
    for name in ("float32", "float64") if kind is nn.LSTM else ("float32",):
        print(f"{kind.__name__} {name}: {look(kind, getattr(torch, name))}")
PYTHON

environment/bin/python samples.py | tee output.txt
diff output.txt - <<'EOF'
Linear float32: forward right, gradient with shared weights right, with expanded weights right
RNN float32: forward no batching rule, gradient with shared weights shapes, with expanded weights right
GRU float32: forward no batching rule, gradient with shared weights shapes, with expanded weights right
LSTM float32: forward no batching rule, gradient with shared weights right, with expanded weights right
LSTM float64: forward no batching rule, gradient with shared weights shapes, with expanded weights right
RNNCell float32: forward right, gradient with shared weights shapes, with expanded weights right
GRUCell float32: forward right, gradient with shared weights shapes, with expanded weights right
LSTMCell float32: forward no batching rule, gradient with shared weights shapes, with expanded weights right
EOF
