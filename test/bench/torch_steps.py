"""Runs training steps of PyTorch on request, so that they can be interleaved with others in one measurement.

Argument: the number of threads.
Lines in: {"cell", "shape": [input, hidden, batch, steps], "dtype", "layers"} makes a network; a number runs that many
steps.
Lines out: the version; then for each network "ready", for each number the milliseconds of the steps as JSON.
"""
import json
import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]))


def blas():
    """The BLAS library in use: a generic one makes every comparison unfair.

    Without MKL the library is looked for in the process's own map; with MKL an OpenBLAS found there is NumPy's.
    """
    if torch.backends.mkl.is_available():
        return "mkl"
    torch.rand(64, 64) @ torch.rand(64, 64)
    with open("/proc/self/maps") as maps:
        return "openblas" if "openblas" in maps.read() else "generic"


MINIMAL_BLOCKS = {"mingru": 2, "minlstm": 3}


class MinimalCell(torch.nn.Module):
    """minGRU or minLSTM in log-space: the gates of all steps at once, then a loop over time, the first axis.

    On a CPU, the parallel scan of minGRU-pytorch 0.2.1 takes 4 to 11 times as long as this.
    """

    def __init__(self, cell, inputs, hidden):
        super().__init__()
        self.blocks = MINIMAL_BLOCKS[cell]
        self.gates = torch.nn.Linear(inputs, self.blocks * hidden)

    def forward(self, x):
        *gates, u = self.gates(x).chunk(self.blocks, dim=-1)
        gates = [torch.sigmoid(gate) for gate in gates]
        write = gates[0] if self.blocks == 2 else gates[0] / (gates[0] + gates[1])
        kept, written = 1 - write, write * torch.where(u >= 0, u + 0.5, torch.sigmoid(u))
        state, states = torch.zeros_like(kept[0]), []
        for keep, new in zip(kept, written):
            state = torch.addcmul(new, keep, state)
            states.append(state)
        return torch.stack(states), state


class DiagonalCell(torch.nn.Module):
    """lru or rglru with one head, as ours: what the input decides for all steps at once, then a loop over time."""

    def __init__(self, cell, inputs, hidden):
        super().__init__()
        self.is_lru = cell == "lru"
        self.project = torch.nn.Identity() if inputs == hidden else torch.nn.Linear(inputs, hidden)

        def vector(least, most):
            return torch.nn.Parameter(torch.empty(hidden).uniform_(least, most))

        def square():
            return torch.nn.Parameter(torch.randn(hidden, hidden) / hidden**0.5)

        if self.is_lru:
            self.nu_log, self.theta_log, self.gamma_log = vector(-3, -2), vector(-2, 1), vector(-2, 0)
            self.D = vector(-1, 1)
            self.B_re, self.B_im, self.C_re, self.C_im = square(), square(), square(), square()
        else:
            self.a_param = vector(-4, 4)
            self.gates = torch.nn.Linear(hidden, 2 * hidden)

    def forward(self, x):
        u = self.project(x)
        if self.is_lru:
            keep = torch.polar(torch.exp(-torch.exp(self.nu_log)), torch.exp(self.theta_log))
            read = torch.complex(u @ self.B_re.T, u @ self.B_im.T) * torch.exp(self.gamma_log)
            kept = [keep] * len(x)
        else:
            write, rate = torch.sigmoid(self.gates(u)).chunk(2, dim=-1)
            log_keep = -8 * rate * torch.nn.functional.softplus(self.a_param)
            kept, read = torch.exp(log_keep), torch.sqrt(-torch.expm1(2 * log_keep)) * write * u
        state, states = torch.zeros_like(read[0]), []
        for keep, new in zip(kept, read):
            state = torch.addcmul(new, keep, state)
            states.append(state)
        states = torch.stack(states)
        if self.is_lru:
            states = states.real @ self.C_re.T - states.imag @ self.C_im.T + self.D * u
        return states, state


class LeakyCell(torch.nn.Module):
    """The leaky cell of the form rate with tanh: the input's products of all steps at once, then a loop over time."""

    def __init__(self, inputs, hidden, alpha=0.2):
        super().__init__()
        self.input = torch.nn.Linear(inputs, hidden)
        self.recurrent = torch.nn.Parameter(torch.empty(hidden, hidden).uniform_(-(hidden**-0.5), hidden**-0.5))
        self.alpha = alpha

    def forward(self, x):
        projected, weight = self.input(x), self.recurrent.T
        state, states = torch.zeros_like(projected[0]), []
        for p in projected:
            state = torch.lerp(state, torch.tanh(torch.addmm(p, state, weight)), self.alpha)
            states.append(state)
        return torch.stack(states), state


class ScalarMemoryCell(torch.nn.Module):
    """sLSTM with one head and a sigmoid forget gate: the input's products of all steps, then a loop over time."""

    def __init__(self, inputs, hidden):
        super().__init__()
        self.input = torch.nn.Linear(inputs, 4 * hidden)
        self.recurrent = torch.nn.Parameter(torch.empty(4 * hidden, hidden).uniform_(-(hidden**-0.5), hidden**-0.5))

    def forward(self, x):
        projected, weight = self.input(x), self.recurrent.T
        h = torch.zeros_like(projected[0].chunk(4, dim=-1)[0])
        c, n, m, states = h, h, h, []
        for step, p in enumerate(projected):
            i, f, g, o = torch.addmm(p, h, weight).chunk(4, dim=-1)
            kept = torch.nn.functional.logsigmoid(f) + m
            m = i if step == 0 else torch.maximum(kept, i)
            added, keep = torch.exp(i - m), torch.exp(kept - m) if step > 0 else torch.zeros_like(i)
            c = keep * c + added * torch.tanh(g)
            n = keep * n + added
            h = torch.sigmoid(o) * c / n
            states.append(h)
        return torch.stack(states), h


class NormalizedCell(torch.nn.Module):
    """LSTM with peepholes and layer normalization: the input's products of all steps, normalized, then a loop."""

    def __init__(self, inputs, hidden):
        super().__init__()
        self.input = torch.nn.Linear(inputs, 4 * hidden, bias=False)
        self.recurrent = torch.nn.Parameter(torch.empty(4 * hidden, hidden).uniform_(-(hidden**-0.5), hidden**-0.5))
        self.peepholes = torch.nn.Parameter(torch.empty(3, hidden).uniform_(-(hidden**-0.5), hidden**-0.5))
        self.of_input, self.of_state = torch.nn.LayerNorm(4 * hidden), torch.nn.LayerNorm(4 * hidden)
        self.of_cell = torch.nn.LayerNorm(hidden)

    def forward(self, x):
        projected, weight = self.of_input(self.input(x)), self.recurrent.T
        h = torch.zeros_like(projected[0].chunk(4, dim=-1)[0])
        c, states = h, []
        for p in projected:
            i, f, g, o = (p + self.of_state(h @ weight)).chunk(4, dim=-1)
            i, f = torch.sigmoid(i + self.peepholes[0] * c), torch.sigmoid(f + self.peepholes[1] * c)
            c = f * c + i * torch.tanh(g)
            h = torch.sigmoid(o + self.peepholes[2] * c) * torch.tanh(self.of_cell(c))
            states.append(h)
        return torch.stack(states), h


class BothDirections(torch.nn.Module):
    """An LSTM in both directions; of its outputs, the last is that of both ends."""

    def __init__(self, inputs, hidden):
        super().__init__()
        self.lstm = torch.nn.LSTM(inputs, hidden, bidirectional=True)

    def forward(self, x):
        _, (ends, _) = self.lstm(x)
        ends = torch.cat((ends[0], ends[1]), dim=-1)
        return ends[None], ends


def training_step(cell, shape, dtype, layers):
    inputs, hidden, batch, steps = shape
    torch.set_default_dtype({"float32": torch.float32, "float64": torch.float64}[dtype])
    torch.manual_seed(1)
    if cell == "linear":
        return scalar_step(inputs, hidden, batch, steps)
    if cell in MINIMAL_BLOCKS:
        network = MinimalCell(cell, inputs, hidden)
    elif cell in ("lru", "rglru"):
        network = DiagonalCell(cell, inputs, hidden)
    elif cell == "ctrnn":
        network = LeakyCell(inputs, hidden)
    elif cell == "slstm":
        network = ScalarMemoryCell(inputs, hidden)
    elif cell == "lnlstm":
        network = NormalizedCell(inputs, hidden)
    elif cell == "bilstm":
        network = BothDirections(inputs, hidden)
    else:
        kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[cell]
        network = kind(inputs, hidden, num_layers=layers)
    readout = torch.nn.Linear(2 * hidden if cell == "bilstm" else hidden, 1)
    parameters = [*network.parameters(), *readout.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=1e-3)
    data, target = torch.randn(steps, batch, inputs), torch.randn(batch, 1)

    def step():
        optimizer.zero_grad()
        states, _ = network(data)
        loss = torch.nn.functional.mse_loss(readout(states[-1]), target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()

    return step


def scalar_step(inputs, hidden, batch, steps):
    """PyTorch has no linear recurrent module: the loop a user would write."""
    w_ih = torch.full((hidden, inputs), 0.9, requires_grad=True)
    w_hh = torch.full((hidden, hidden), 0.9, requires_grad=True)
    optimizer = torch.optim.Adam([w_ih, w_hh], lr=1e-3)
    data, target = torch.randn(steps, batch, inputs), torch.randn(batch, hidden)

    def step():
        optimizer.zero_grad()
        state = torch.zeros(batch, hidden)
        for x in data:
            state = x @ w_ih.T + state @ w_hh.T
        loss = torch.nn.functional.mse_loss(state, target)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([w_ih, w_hh], 1.0)
        optimizer.step()

    return step


print(json.dumps({"version": torch.__version__, "library": blas()}), flush=True)
step = None
for line in sys.stdin:
    request = json.loads(line)
    if isinstance(request, dict):
        step = training_step(**request)
        print('"ready"', flush=True)
        continue
    times = []
    for _ in range(request):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps(times), flush=True)
