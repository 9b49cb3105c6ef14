"""
python probeSoak.py FOLDER: trains an nn.LSTM without end, with each 20th step captured, until its input is closed.
Prints the run's file, and how many steps there were.
"""
import os
import sys
import threading

import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "python"))
import rnnlab_probe  # noqa: E402

ended = threading.Event()


def await_end():
    sys.stdin.read()
    ended.set()


threading.Thread(target=await_end, daemon=True).start()
torch.manual_seed(0)
torch.set_num_threads(1)
model = nn.ModuleDict({"rnn": nn.LSTM(2, 32), "head": nn.Linear(32, 1)})
optimizer = torch.optim.Adam(model.parameters(), 1e-3)
steps = 0
with rnnlab_probe.watch(model, every=20, folder=sys.argv[1], name="soak") as probe:
    print(probe.path, flush=True)
    while not ended.is_set():
        x = torch.rand(30, 16, 2)
        loss = nn.functional.mse_loss(model["head"](model["rnn"](x)[0][-1]), x[:, :, 0].mean(0)[:, None])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        probe.step(loss=loss, lr=1e-3, size=x.mean())
        steps += 1
print(steps, flush=True)
