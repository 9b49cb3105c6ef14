"""
The adding problem (Hochreiter and Schmidhuber, 1997) with nn.RNN, which does not learn it: each sequence has numbers and
marks two of them, and the target is their sum. Run it, then look at what RNN Lab shows of the run:

    python adding.py
    npm run -s experiment -- --read rnnlab-runs/<run>.rnnrun

`python adding.py --cell lstm` learns it.
"""

import argparse
import os
import sys

import torch
from torch import nn

# Of the repository; after `pip install ./python` or with the file beside the script this line is not needed.
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))
import rnnlab_probe  # noqa: E402

LENGTH = 50


class Adder(nn.Module):
    def __init__(self, cell):
        super().__init__()
        self.rnn = nn.LSTM(2, 64) if cell == "lstm" else nn.RNN(2, 64)
        self.head = nn.Linear(64, 1)
        if cell == "lstm":
            # A forget gate of about 1 - 1 / LENGTH keeps what it saw for as many steps.
            with torch.no_grad():
                self.rnn.bias_ih_l0[64:128] = 3.9

    def forward(self, x):
        return self.head(self.rnn(x)[0][-1])


def batch(size):
    numbers = torch.rand(LENGTH, size)
    marks = torch.zeros(LENGTH, size)
    first = torch.randint(0, LENGTH // 2, (size,))
    second = torch.randint(LENGTH // 2, LENGTH, (size,))
    marks[first, torch.arange(size)] = 1
    marks[second, torch.arange(size)] = 1
    return torch.stack([numbers, marks], 2), (numbers * marks).sum(0).unsqueeze(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cell", choices=["rnn", "lstm"], default="rnn")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    model = Adder(arguments.cell)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    with rnnlab_probe.watch(model, every=50, name=f"adding, {arguments.cell}") as probe:
        for step in range(arguments.steps):
            x, target = batch(32)
            loss = nn.functional.mse_loss(model(x), target)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            probe.step(loss=loss)
            if step % 100 == 0 or step == arguments.steps - 1:
                print(f"step {step}  loss {loss.item():.4f}", flush=True)
    print(f"written: {probe.path}")


if __name__ == "__main__":
    main()
