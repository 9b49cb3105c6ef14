"""What Optuna finds of the functions of test/bench/searchRegret.ts.

Arguments: seeds, samplers separated by commas ("optuna", "optuna-cma-es"), trials before an ask that is timed, names of
functions separated by commas; those of no function are passed over.
Prints JSON: the version, the regrets after 100 trials, and the milliseconds of that ask.
"""
import json
import logging
import math
import sys
import time
import warnings

import optuna

optuna.logging.set_verbosity(logging.ERROR)
warnings.filterwarnings("ignore")

TRIALS = 100
A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def branin(v):
    x, y = v
    square = (y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6) ** 2
    return square + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann6(v):
    distances = [sum(a * (x - p) ** 2 for a, x, p in zip(A[i], v, P[i])) for i in range(4)]
    return -sum(alpha * math.exp(-d) for alpha, d in zip([1, 1.2, 3, 3.2], distances))


def rosenbrock5(v):
    return sum(100 * (v[i + 1] - v[i] ** 2) ** 2 + (1 - v[i]) ** 2 for i in range(4))


FUNCTIONS = {
    "branin": (branin, [(-5, 10), (0, 15)], 0.39788735772973816),
    "hartmann6": (hartmann6, [(0, 1)] * 6, -3.32236801141551),
    "rosenbrock5": (rosenbrock5, [(-5, 10)] * 5, 0),
}


def create_sampler(name, seed):
    if name == "optuna":
        return optuna.samplers.TPESampler(seed=seed)
    return optuna.samplers.CmaEsSampler(seed=seed)


def regret(name, sampler, seed, parallel):
    function, bounds, lowest = FUNCTIONS[name]
    study = optuna.create_study(sampler=create_sampler(sampler, seed))
    for asked in range(0, TRIALS, parallel):
        batch = []
        for _ in range(min(parallel, TRIALS - asked)):
            trial = study.ask()
            batch.append((trial, [trial.suggest_float(f"x{i}", *bound) for i, bound in enumerate(bounds)]))
        for trial, values in batch:
            study.tell(trial, function(values))
    return study.best_value - lowest


def ask_milliseconds(trials):
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1))
    distribution = optuna.distributions.FloatDistribution(0, 1)
    generator = __import__("random").Random(1)
    study.add_trials(
        optuna.trial.create_trial(
            params={f"x{i}": generator.random() for i in range(6)},
            distributions={f"x{i}": distribution for i in range(6)},
            value=generator.random(),
        )
        for _ in range(trials)
    )
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        trial = study.ask()
        for i in range(6):
            trial.suggest_float(f"x{i}", 0, 1)
        times.append(1000 * (time.perf_counter() - begin))
        study.tell(trial, 0.5)
    return sorted(times)[2]


seeds, samplers = int(sys.argv[1]), sys.argv[2].split(",")
ask_trials, names = int(sys.argv[3]), sys.argv[4].split(",")
rows = [
    {
        "function": name,
        "search": sampler,
        "parallel": parallel,
        "regrets": [regret(name, sampler, seed, parallel) for seed in range(seeds)],
    }
    for name in FUNCTIONS
    if name in names
    for sampler in samplers
    for parallel in (1, 8)
]
print(json.dumps({"version": optuna.__version__, "rows": rows, "askMs": ask_milliseconds(ask_trials)}))
