"""python probe.py STEPS: what a probe costs a training thread, LSTM(64, 256), batch 32, 50 steps, Adam. Prints JSON."""
import json
import os
import shutil
import sys
import tempfile
import time

import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "python"))
import rnnlab_probe  # noqa: E402

STEPS = int(sys.argv[1])
torch.set_num_threads(1)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(64, 256, batch_first=True)
        self.head = nn.Linear(256, 1)

    def forward(self, x):
        return self.head(self.rnn(x)[0][:, -1])


def setup(every, folder):
    torch.manual_seed(0)
    model = Model()
    optimizer = torch.optim.Adam(model.parameters())
    probe = None if every is None else rnnlab_probe.watch(model, every=every, sequences=4, folder=folder)
    return model, optimizer, probe


def step(model, optimizer, probe, x, target):
    """Processor time of the training thread in the step, in the probe, and the time on the clock; seconds."""
    begun, wall = time.thread_time(), time.perf_counter()
    spent = 0 if probe is None else probe.seconds
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x), target)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    if probe is not None:
        probe.step(loss=loss, lr=1e-3)
    return time.thread_time() - begun, 0 if probe is None else probe.seconds - spent, time.perf_counter() - wall


def median(values):
    return sorted(values)[len(values) // 2]


folder = tempfile.mkdtemp()
try:
    x, target = torch.randn(32, 50, 64), torch.randn(32, 1)
    # One after the other, so that what the machine does meanwhile meets all of them.
    runs = {name: setup(every, folder) for name, every in {"none": None, "every": 1, "fiftieth": 50}.items()}
    times = {name: [] for name in runs}
    for _ in range(STEPS):
        for name, run in runs.items():
            times[name].append(step(*run, x, target))
    sizes = {name: os.path.getsize(run[2].path) for name, run in runs.items() if run[2] is not None}
    for _, _, probe in runs.values():
        if probe is not None:
            probe.close()
    warm = {name: values[len(values) // 10 :] for name, values in times.items()}
    alone = median([cpu for cpu, _, _ in warm["none"]])
    # Captures are rare, and what they cost counts: a mean, over whole rounds of 50.
    clock = {name: median([wall for _, _, wall in values]) for name, values in warm.items()}
    means = {name: sum(spent for _, spent, _ in values) / len(values) for name, values in warm.items()}
    print(
        json.dumps(
            {
                "pytorch": torch.__version__,
                "stepMs": alone * 1e3,
                "everyStepMs": means["every"] * 1e3,
                "everyStepShare": means["every"] / alone,
                "fiftiethStepMs": means["fiftieth"] * 1e3,
                "fiftiethStepShare": means["fiftieth"] / alone,
                "wallRatioEvery": clock["every"] / clock["none"],
                "bytesPerCapture": sizes["every"] / STEPS,
            }
        )
    )
finally:
    shutil.rmtree(folder, ignore_errors=True)
