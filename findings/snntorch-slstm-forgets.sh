#!/usr/bin/env bash
# snntorch 1.0.0: SLSTM has no memory unless its input is as wide as its state.
#
# One would expect: SLSTM(input_size, hidden_size), called with the syn and mem that it returned, goes on from them, as
# the nn.LSTMCell in it does: what it returns at the last step depends on the input of the first one, and so does the
# gradient.
#
# What happens: forward() compares the shape of the state, [batch, hidden_size], with that of the input,
# [batch, input_size], and puts zeros in place of both states where they differ. So they are replaced at every step,
# the states that were handed in included, whenever input_size is not hidden_size. Nothing is reported. The layer still
# trains, as one that sees a single step; the gradient at all earlier steps is exactly 0, which looks like vanishing.
#
# Output seen (Python 3.11, Linux): |d mem[last] / d input| at the first and the last of 10 steps
#   SLSTM(4, 4): first step > 0: True, last step > 0: True, depends on the state: True
#   SLSTM(4, 8): first step > 0: False, last step > 0: True, depends on the state: False
#
# Needs: Python 3.10 or newer with venv, a registry, about 6 GB. Fails if one of the two lines changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"${PYTHON:-python3}" -m venv environment
environment/bin/pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6 snntorch==1.0.0

cat > slstm.py <<'PYTHON'
import snntorch
import torch

print("snntorch", snntorch.__version__)


def look(inputs, units):
    torch.manual_seed(0)
    layer = snntorch.SLSTM(inputs, units)
    x = torch.randn(10, 2, inputs, requires_grad=True)
    syn, mem = layer.reset_mem()
    for step in x:
        spikes, syn, mem = layer(step, syn, mem)
    mem.sum().backward()
    sizes = x.grad.abs().sum((1, 2))
    zeros, ones = torch.zeros(2, units), torch.ones(2, units)
    depends = not torch.equal(layer(x[0], zeros, zeros)[2], layer(x[0], ones, ones)[2])
    return bool(sizes[0] > 0), bool(sizes[-1] > 0), depends


failed = False
for units, expected in ((4, (True, True, True)), (8, (False, True, False))):
    first, last, depends = look(4, units)
    print(f"SLSTM(4, {units}): first step > 0: {first}, last step > 0: {last}, depends on the state: {depends}")
    failed |= (first, last, depends) != expected
raise SystemExit(failed)
PYTHON
environment/bin/python slstm.py
