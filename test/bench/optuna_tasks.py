"""Optuna as a search that is asked and told, for test/bench/taskSearchThread.mjs: a line of JSON for each message.

In: {"study": {"seed", "parameters"}} begins a search, {"ask": true} asks for a trial, {"tell": value} ends it, where
null stands for infinity. Out: the version at first; for each ask the values of its parameters, the place of a choice
among the choices, null for what it has no value of.
"""
import json
import logging
import math
import sys
import warnings

import optuna

optuna.logging.set_verbosity(logging.ERROR)
warnings.filterwarnings("ignore")


def suggest(trial, name, parameter):
    if parameter["kind"] == "choice":
        return trial.suggest_categorical(name, list(range(parameter["count"])))
    draw = trial.suggest_float if parameter["kind"] == "real" else trial.suggest_int
    return draw(name, parameter["low"], parameter["high"], log=parameter["log"])


def suggest_all(trial, parameters):
    values = []
    for i, parameter in enumerate(parameters):
        belongs = all(values[when["parameter"]] in when["choices"] for when in parameter["when"])
        values.append(suggest(trial, f"x{i}", parameter) if belongs else None)
    return values


print(json.dumps(optuna.__version__), flush=True)
study = trial = None
parameters = []
for line in sys.stdin:
    message = json.loads(line)
    if "study" in message:
        parameters = message["study"]["parameters"]
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=message["study"]["seed"]))
    elif "tell" in message:
        study.tell(trial, math.inf if message["tell"] is None else message["tell"])
    else:
        trial = study.ask()
        print(json.dumps(suggest_all(trial, parameters)), flush=True)
