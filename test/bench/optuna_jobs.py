"""One process of a search with Optuna over PyTorch networks, with the trials that test/bench/jobs.mjs gives the lab.

Arguments: job, trials of the whole study, the file of its journal.
Prints the versions as JSON, then trains until the study has all its trials.
"""
import json
import logging
import sys

import optuna
import torch
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import MaxTrialsCallback

torch.set_num_threads(1)
optuna.logging.set_verbosity(logging.ERROR)


def tutorial(trial):
    """The scalar linear network that counts ones, Rprop, 500 steps over 20 sequences of 10, in float64."""
    torch.manual_seed(trial.number)
    w_ih = torch.tensor([[-1.5]], dtype=torch.float64, requires_grad=True)
    w_hh = torch.tensor([[2.0]], dtype=torch.float64, requires_grad=True)
    step_size = trial.suggest_float("initialStep", 1e-4, 1e-2, log=True)
    optimizer = torch.optim.Rprop([w_ih, w_hh], lr=step_size, etas=(0.5, 1.2))
    data = torch.randint(0, 2, (10, 20, 1)).double()
    target = data.sum(0)
    for _ in range(500):
        optimizer.zero_grad()
        state = torch.zeros(20, 1, dtype=torch.float64)
        for x in data:
            state = x @ w_ih.T + state @ w_hh.T
        loss = torch.nn.functional.mse_loss(state, target)
        loss.backward()
        optimizer.step()
    return loss.item()


def adding(trial):
    """An LSTM of 32 units on the adding problem, 50 steps, batch 32, Adam, 200 steps of training, in float32."""
    torch.manual_seed(trial.number)
    network, readout = torch.nn.LSTM(2, 32), torch.nn.Linear(32, 1)
    parameters = [*network.parameters(), *readout.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=trial.suggest_float("learningRate", 1e-4, 1e-1, log=True))
    marks = torch.zeros(50, 1024)
    rows = torch.arange(1024)
    marks[torch.randint(0, 25, (1024,)), rows] = 1
    marks[torch.randint(25, 50, (1024,)), rows] = 1
    values = torch.rand(50, 1024)
    data, target = torch.stack([values, marks], dim=2), (values * marks).sum(0).unsqueeze(1)
    for step in range(200):
        batch = rows[32 * (step % 32) : 32 * (step % 32) + 32]
        optimizer.zero_grad()
        states, _ = network(data[:, batch])
        loss = torch.nn.functional.mse_loss(readout(states[-1]), target[batch])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
    return loss.item()


job, trials, journal = sys.argv[1], int(sys.argv[2]), sys.argv[3]
print(json.dumps({"optuna": optuna.__version__, "torch": torch.__version__}), flush=True)
study = optuna.create_study(
    study_name=job,
    storage=JournalStorage(JournalFileBackend(journal)),
    sampler=optuna.samplers.RandomSampler(),
    load_if_exists=True,
)
study.optimize({"tutorial": tutorial, "adding": adding}[job], callbacks=[MaxTrialsCallback(trials, states=None)])
