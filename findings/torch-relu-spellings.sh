#!/usr/bin/env bash
# PyTorch 2.15.0: the ways to write max(0, x) have two gradients at 0, two at NaN, and others where the gradient from
# above is infinite.
#
# One would expect: relu, clamp(min=0), maximum(x, 0), where(x > 0, x, 0), threshold(x, 0, 0) and leaky_relu with slope 0
# are one function, so a recurrent cell written with any of them trains alike.
#
# What happens: they agree wherever x is an ordinary number above or below 0. But
# - at exactly 0 maximum shares the gradient between its two arguments, 0.5 each; all others give 0. A cell without bias
#   whose state starts at 0 is there in every unit at each step of padding with zeros before the sequence.
# - at NaN relu, threshold and maximum pass the gradient on; clamp, where and leaky_relu give 0: what lies below such a
#   unit gets no gradient through it, although the loss is NaN.
# - with an infinite gradient from above, leaky_relu gives NaN for units that are off (0 times infinity), and maximum
#   infinity at exactly 0, where the others give 0.
# nn.RNN(nonlinearity="relu") is as relu.
#
# Output seen (Python 3.11, Linux, CPU): gradients at -1, 0, 1, NaN for a gradient of 1, then of infinity
#   relu        0.0 0.0 1.0 1.0 | 0.0 0.0 inf inf
#   threshold   0.0 0.0 1.0 1.0 | 0.0 0.0 inf inf
#   maximum     0.0 0.5 1.0 1.0 | 0.0 inf inf inf
#   clamp       0.0 0.0 1.0 0.0 | 0.0 0.0 inf 0.0
#   where       0.0 0.0 1.0 0.0 | 0.0 0.0 inf 0.0
#   leaky_relu  0.0 0.0 1.0 0.0 | nan nan inf nan
#   nn.RNN      0.0 0.0 1.0 1.0 | 0.0 0.0 inf inf
#
# Needs: Python 3.10 or newer with venv, a registry, about 6 GB. Fails if a line changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"${PYTHON:-python3}" -m venv environment
environment/bin/pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6

cat > spellings.py <<'PYTHON'
import torch
import torch.nn.functional as F

print("torch", torch.__version__.split("+")[0])

layer = torch.nn.RNN(1, 1, nonlinearity="relu", bias=False)
with torch.no_grad():
    layer.weight_ih_l0.fill_(1)
    layer.weight_hh_l0.fill_(0)

SPELLINGS = {
    "relu": F.relu,
    "threshold": lambda x: F.threshold(x, 0.0, 0.0),
    "maximum": lambda x: torch.maximum(x, torch.zeros_like(x)),
    "clamp": lambda x: x.clamp(min=0),
    "where": lambda x: torch.where(x > 0, x, torch.zeros_like(x)),
    "leaky_relu": lambda x: F.leaky_relu(x, 0.0),
    # Each number is a sequence of one step.
    "nn.RNN": lambda x: layer(x.reshape(1, -1, 1))[0].reshape(-1),
}
EXPECTED = """
relu        0.0 0.0 1.0 1.0 | 0.0 0.0 inf inf
threshold   0.0 0.0 1.0 1.0 | 0.0 0.0 inf inf
maximum     0.0 0.5 1.0 1.0 | 0.0 inf inf inf
clamp       0.0 0.0 1.0 0.0 | 0.0 0.0 inf 0.0
where       0.0 0.0 1.0 0.0 | 0.0 0.0 inf 0.0
leaky_relu  0.0 0.0 1.0 0.0 | nan nan inf nan
nn.RNN      0.0 0.0 1.0 1.0 | 0.0 0.0 inf inf
"""


def gradients(function, above):
    x = torch.tensor([-1.0, 0.0, 1.0, float("nan")], requires_grad=True)
    function(x).backward(torch.full((4,), above))
    return " ".join(str(value) for value in x.grad.tolist())


lines = [f"{name:<11} {gradients(f, 1.0)} | {gradients(f, float('inf'))}" for name, f in SPELLINGS.items()]
print("\n".join(lines))
raise SystemExit(lines != EXPECTED.strip().splitlines())
PYTHON
environment/bin/python spellings.py
