#!/usr/bin/env bash
# PyTorch 2.15.0: below torch.compile, a forward hook of nn.GRU sees torch.compiler.is_compiling() as True, although the
# layer itself is not compiled.
#
# One would expect: torch.compile breaks its graph at nn.RNN, nn.LSTM and nn.GRU (torch._dynamo counts it under
# "unimplemented" reasons) and leaves the layer to Python, so a hook of the layer runs in Python as well, with
# is_compiling() False, as it is without torch.compile. "if torch.compiler.is_compiling(): return" is the documented way
# to keep code out of a compiled graph.
#
# What happens: the frame of the hook is compiled by itself after the break, and in it is_compiling() is the constant
# True. A hook that returns early while compiling thus never sees the layer, in any call and without a warning, while
# one without that line is called as always. With torch.compiler.disable around the hook it is called with False.
#
# Output seen (Python 3.11, Linux, backend "eager", three calls each):
#   without torch.compile: [False, False, False]
#   torch.compile:         [True, True, True]
#   hook disabled for it:  [False, False, False]
#   graph breaks:          True
#
# Needs: Python 3.10 or newer with venv, a registry, about 6 GB. Fails if one of the four lines changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"${PYTHON:-python3}" -m venv environment
environment/bin/pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6

cat > hooks.py <<'PYTHON'
import warnings

import torch
from torch import nn
from torch._dynamo.utils import counters

warnings.simplefilter("ignore")


def flags(compiled, disabled):
    torch._dynamo.reset()
    counters.clear()
    seen = []

    def hook(module, inputs, output):
        seen.append(torch.compiler.is_compiling())

    layer = nn.GRU(3, 3)
    layer.register_forward_hook(torch.compiler.disable(hook) if disabled else hook)

    def run(x):
        return layer(x)

    call = torch.compile(run, backend="eager") if compiled else run
    for _ in range(3):
        call(torch.zeros(2, 1, 3))
    return seen


plain, compiled = flags(False, False), flags(True, False)
breaks = len(counters["graph_break"]) > 0
disabled = flags(True, True)
print("without torch.compile:", plain)
print("torch.compile:        ", compiled)
print("hook disabled for it: ", disabled)
print("graph breaks:         ", breaks)
raise SystemExit((plain, compiled, disabled, breaks) != ([False] * 3, [True] * 3, [False] * 3, True))
PYTHON
environment/bin/python hooks.py
