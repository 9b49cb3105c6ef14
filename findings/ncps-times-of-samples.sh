#!/usr/bin/env bash
# ncps 1.0.1 (PyTorch): with a time per sample, CfC and LTC give each unit the time of another sample.
#
# One would expect: timespans of shape [batch, steps] are the times of each sample, so that a sample's output depends on
# its own input and times alone, whatever the others have. Without a batch, timespans [steps] work as documented.
#
# What happens: the layers take timespans[:, t].squeeze(), of shape [batch], and multiply it with [batch, units]. That
# broadcasts along the units. With another number of samples than of units it raises an error ("The size of tensor a
# must match the size of tensor b"); with the same number nothing is reported, and unit j of every sample gets the time
# of sample j. Then the output of a sample changes with the times of the others.
#
# Output seen (Python 3.11, Linux): outputs of samples that change when the times of sample 1 alone are tripled
#   CfC, batch 6, units 6: 6 of 6 samples change
#   LTC, batch 6, units 6: 6 of 6 samples change
#   CfC, batch 5, units 6: RuntimeError
#   LTC, batch 5, units 6: RuntimeError
#
# Needs: Python 3.10 or newer with venv, a registry, about 6 GB. Fails if one of the four lines changes.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"${PYTHON:-python3}" -m venv environment
environment/bin/pip install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.4.6 ncps==1.0.1

cat > times.py <<'PYTHON'
from importlib.metadata import version

import torch
from ncps.torch import CfC, LTC

print("ncps", version("ncps"))


def outcome(make, batch):
    torch.manual_seed(0)
    layer = make(3, 6)
    x, times = torch.randn(batch, 7, 3), torch.rand(batch, 7) + 0.1
    other = times.clone()
    other[1] *= 3
    try:
        with torch.no_grad():
            before, after = layer(x, timespans=times)[0], layer(x, timespans=other)[0]
    except RuntimeError:
        return "RuntimeError"
    changed = (before != after).flatten(1).any(1).sum().item()
    return f"{changed} of {batch} samples change"


failed = False
for batch, expected in ((6, "6 of 6 samples change"), (5, "RuntimeError")):
    for make in (CfC, LTC):
        seen = outcome(make, batch)
        print(f"{make.__name__}, batch {batch}, units 6: {seen}")
        failed |= seen != expected
raise SystemExit(failed)
PYTHON
environment/bin/python times.py
