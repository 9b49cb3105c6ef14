#!/usr/bin/env bash
# PyTorch 2.15.0 on a CPU: forward-mode derivatives of nn.LSTM exist in float64 and not in float32.
#
# One would expect: torch.func.jvp through a recurrent layer works or fails whatever the floating-point type, as it does
# for nn.RNN and nn.GRU, and whoever checks a Hessian-vector product (jvp of grad) of an nn.LSTM in float64 has checked
# the one in float32.
#
# What happens: a float32 nn.LSTM is computed by one operation of oneDNN, which has a backward, and a backward of that
# backward, but no forward-mode formula: NotImplementedError. In float64 the layer is made of small operations that all
# have one. nn.RNN and nn.GRU are made of those in both types. With oneDNN turned off (torch.backends.mkldnn.flags) the
# float32 layer has its derivative, too.
#
# Output seen (Python 3.11, Linux, x86-64); "equal" means equal to the product with the gradient of reverse mode:
#   RNN float32: equal
#   RNN float64: equal
#   GRU float32: equal
#   GRU float64: equal
#   LSTM float32: NotImplementedError, mkldnn_rnn_layer
#   LSTM float64: equal
#   LSTM float32 without oneDNN: equal
#
# Needs: Python 3.10 or newer with venv, a registry, about 6 GB. Fails if one of the seven lines changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"${PYTHON:-python3}" -m venv environment
environment/bin/pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6

cat > forward.py <<'PYTHON'
import warnings

import torch
from torch import nn

warnings.simplefilter("ignore")


def forward_mode(layer, dtype):
    torch.manual_seed(0)
    module = layer(3, 4).to(dtype)
    data = torch.randn(5, 2, 3, dtype=dtype)
    weights = dict(module.named_parameters())
    direction = {name: torch.ones_like(weight) for name, weight in weights.items()}

    def loss(values):
        return torch.func.functional_call(module, values, (data,))[0].square().sum()

    try:
        along = torch.func.jvp(loss, (weights,), (direction,))[1]
    except NotImplementedError as error:
        return "NotImplementedError, " + ("mkldnn_rnn_layer" if "mkldnn_rnn_layer" in str(error) else str(error))
    gradient = torch.func.grad(loss)(weights)
    expected = sum((gradient[name] * direction[name]).sum() for name in weights)
    return "equal" if torch.allclose(along, expected, rtol=1e-4) else "another number"


for layer in (nn.RNN, nn.GRU, nn.LSTM):
    for name in ("float32", "float64"):
        print(f"{layer.__name__} {name}: {forward_mode(layer, getattr(torch, name))}")
with torch.backends.mkldnn.flags(enabled=False):
    print(f"LSTM float32 without oneDNN: {forward_mode(nn.LSTM, torch.float32)}")
PYTHON

environment/bin/python forward.py | tee output.txt
diff output.txt - <<'EOF'
RNN float32: equal
RNN float64: equal
GRU float32: equal
GRU float64: equal
LSTM float32: NotImplementedError, mkldnn_rnn_layer
LSTM float64: equal
LSTM float32 without oneDNN: equal
EOF
