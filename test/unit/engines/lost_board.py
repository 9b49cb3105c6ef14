"""A board that is killed, on a real Ray: what a task is told until the driver has given its lines again.

Arguments: the address of the cluster, and a sweep folder with results. Prints JSON.
"""

import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parents[3] / "python"))

import ray
import rnnlab_ray

# As the driver does, whose classes are those of a script.
ray.cloudpickle.register_pickle_by_value(rnnlab_ray)
ray.init(address=sys.argv[1], log_to_driver=False, logging_level="ERROR")
board, driver, results = rnnlab_ray.open_board(ray, SimpleNamespace(folder=Path(sys.argv[2])))


def until_reached(call):
    until = time.monotonic() + 60
    while True:
        try:
            return call()
        except Exception:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def ask(reader, own):
    lines, is_known = until_reached(lambda: reader.exchange(own))
    return [text for _, text in lines], is_known


def epoch():
    """Of the board that is there; each new one has its own."""
    return until_reached(lambda: ray.get(board.exchange.remote(None, [], 0, False), timeout=10))[0]


said = {"before": ask(rnnlab_ray.BoardReader(board), [])}
said["driver"] = ask(driver, results.lines)
results.add([("elsewhere", "b")])
said["own"] = ask(rnnlab_ray.BoardReader(board), [("task", "c")])
said["given"] = ask(driver, results.lines)
results.add([("task", text) for text in said["given"][0] if text == "c"])
former = epoch()
ray.kill(board, no_restart=False)
# It may answer for a moment more.
while epoch() == former:
    time.sleep(0.1)
task = rnnlab_ray.BoardReader(board)
said["lost"] = ask(task, [])
said["again"] = ask(driver, results.lines)
said["task"] = ask(task, [])
print(json.dumps(said))
