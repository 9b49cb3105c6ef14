"""Runs trials of an RNN Lab sweep folder on a Ray cluster: one Ray task for each line of a file of packs.

RNN Lab starts it, and follows the file of events, one JSON object a line. Everything about a trial is in the folder,
see docs/sweep-folder.md. SIGTERM cancels: the tasks end their trials, which write a checkpoint.
"""

import argparse
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback
import uuid
from pathlib import Path

SUBFOLDERS = ("claims", "results", "runners", "trials", "logs", "files")
POLL_SECONDS = 0.1
# A trial that was asked to end writes a checkpoint; then it is killed.
END_SECONDS = 30
# Where more packs may come, whoever gives them may be gone.
IDLE_SECONDS = 60
# Between two looks at what runners without a shared disk have written.
EXCHANGE_SECONDS = 0.5
# Of a task, until it knows what the others have written.
FIRST_LOOK_SECONDS = 60
# What the others have written, in the folder of a task.
OTHERS = "others"
# A head that does not answer may be starting. Ray itself would try for many minutes.
CONNECT_SECONDS = 5
# In what Ray says when a cluster refuses the token.
TOKEN_WORDS = ("invalidauthtoken", "unauthenticated", "authenticationerror")


def run_trials(node, folder, indices, meanwhile=lambda: None):
    """The exit code of a process that is watched instead of waited for: Ray interrupts this, and not a wait."""
    program = str(Path(folder) / "rnn-lab.cjs")
    environment = {**os.environ, "ELECTRON_RUN_AS_NODE": "1"}
    child = subprocess.Popen([node, program, "--sweep", str(folder), "--index", indices], env=environment)
    try:
        started = time.monotonic()
        while child.poll() is None:
            # Often at first: what a look comes too late is a small part of what a trial lasts.
            time.sleep(min(POLL_SECONDS, max(POLL_SECONDS, time.monotonic() - started) / 20))
            meanwhile()
        return child.returncode
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()


def run_copied(node, bundle, indices, board):
    """The same in a folder of its own. What its runner writes goes to the board, what others do comes from there."""
    with tempfile.TemporaryDirectory(prefix="rnn-lab-") as path:
        folder = Path(path)
        with tarfile.open(fileobj=io.BytesIO(bundle)) as archive:
            archive.extractall(folder, filter="data")
        for name in SUBFOLDERS:
            (folder / name).mkdir(exist_ok=True)
        exchange = Exchange(board, folder)
        exchange.look_until_known()
        try:
            code = run_trials(node, folder, indices, exchange.look)
        finally:
            # The lines that it has written since the last look.
            exchange.look(force=True)
        files = {str(file.relative_to(folder)): file.read_bytes() for file in folder.glob("trials/*.rnnrun")}
        return code, exchange.own, files


class Board:
    """The lines of all runners that share no disk, each with the name of its runner. An actor of Ray."""

    def __init__(self):
        # One that was lost and started anew has no lines.
        self.epoch = uuid.uuid4().hex
        self.lines = []
        self.distinct = set()
        self.is_known = False

    def exchange(self, epoch, added, seen, is_driver):
        """Takes lines. Returns the epoch, the lines beyond the first that were seen, and whether the driver has given
        its lines, without which some may be missing. Of an earlier epoch, nothing counts."""
        if epoch != self.epoch:
            return self.epoch, None, False
        new = [line for line in dict.fromkeys(added) if line not in self.distinct]
        self.lines.extend(new)
        self.distinct.update(new)
        self.is_known = self.is_known or is_driver
        return self.epoch, self.lines[seen:], self.is_known


class BoardReader:
    """Exchanges lines with the board, which may be lost and started anew."""

    def __init__(self, board, is_driver=False):
        self.board = board
        self.is_driver = is_driver
        self.epoch = None
        self.seen = 0
        self.sent = 0
        self.known = set()

    def exchange(self, own):
        """Sends what is new of the own lines. Returns lines of all that were not returned before, and whether these
        are all that the driver has."""
        import ray

        lines = None
        while lines is None:
            call = self.board.exchange.remote(self.epoch, own[self.sent :], self.seen, self.is_driver)
            epoch, lines, is_known = ray.get(call, timeout=10)
            if lines is None:
                self.epoch, self.seen, self.sent = epoch, 0, 0
        self.seen += len(lines)
        self.sent = len(own)
        new = [line for line in lines if line not in self.known]
        self.known.update(new)
        return new, is_known


class Exchange:
    """Of one task: its folder and the board."""

    def __init__(self, board, folder):
        self.reader = BoardReader(board)
        self.results = folder / "results"
        self.own = []
        self.looked = 0

    def look_until_known(self):
        """Raises TimeoutError where the board does not answer: what has ended elsewhere would be trained again."""
        until = time.monotonic() + FIRST_LOOK_SECONDS
        while not self.look(force=True):
            if time.monotonic() > until:
                raise TimeoutError("the results of the other tasks cannot be read")
            time.sleep(POLL_SECONDS)

    def look(self, force=False):
        """Returns whether it knows what the driver has."""
        if not force and time.monotonic() - self.looked < EXCHANGE_SECONDS:
            return True
        self.looked = time.monotonic()
        self.own = read_lines(self.results, lambda runner: runner != OTHERS)
        try:
            lines, is_known = self.reader.exchange(self.own)
        except Exception:
            # The board is lost; a new one is on its way. The task itself returns its lines, too.
            return False
        own = set(self.own)
        with (self.results / f"{OTHERS}.jsonl").open("a", encoding="utf-8") as file:
            file.writelines(f"{text}\n" for runner, text in lines if (runner, text) not in own)
        return is_known


def read_lines(results, wanted=lambda runner: True):
    """All whole lines of files of results, each with the name of its runner."""
    return [
        (file.stem, line)
        for file in sorted(results.glob("*.jsonl"))
        if wanted(file.stem)
        for line in file.read_text("utf-8").split("\n")[:-1]
    ]


class Results:
    """The files of results of the sweep folder, into which the driver writes what runners elsewhere have written."""

    def __init__(self, folder):
        self.folder = folder / "results"
        self.folder.mkdir(exist_ok=True)
        # In the order in which they came.
        self.lines = read_lines(self.folder)
        self.known = set(self.lines)

    def add(self, lines):
        for runner, line in lines:
            if (runner, line) in self.known:
                continue
            self.known.add((runner, line))
            self.lines.append((runner, line))
            with (self.folder / f"{runner}.jsonl").open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")


def pack_folder(folder):
    """What a trial needs of the folder."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name in ("plan.json", "journal.jsonl", "rnn-lab.cjs", "files"):
            if (folder / name).exists():
                archive.add(folder / name, name)
    return data.getvalue()


def keep(folder, files):
    """Each file under its name at once, so that a reader finds all of it."""
    for name, content in files.items():
        draft = folder / f"{name}.draft"
        draft.write_bytes(content)
        draft.rename(folder / name)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--events", type=Path, required=True)
    parser.add_argument("--node", default="node")
    parser.add_argument("--address", default="local")
    parser.add_argument("--cpus", type=float, default=1)
    parser.add_argument("--resources", default="{}")
    parser.add_argument("--retries", type=int, default=3)
    parser.add_argument("--copied", action="store_true")
    parser.add_argument("--follow", action="store_true")
    options = parser.parse_args()

    with options.events.open("a", buffering=1) as events:

        def say(event, **fields):
            events.write(json.dumps({"event": event, **fields}) + "\n")

        try:
            sys.exit(run(options, say))
        except Exception as error:
            say("error", kind="other", message=describe(error))
            raise


def describe(error):
    return f"{type(error).__name__}: {error}"[:1000]


def connect(options, say):
    """Returns Ray; None with an event where that cannot be."""
    try:
        import ray
    except ImportError as error:
        say("error", kind="no-ray", message=str(error))
        return None
    started = time.monotonic()
    say("connecting")
    try:
        find_head(options.address)
        ray.init(address=options.address, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    except Exception as error:
        # Only the causes of the exception say that the cluster refuses the token.
        refused = [line for line in "".join(traceback.format_exception(error)).split("\n") if has_token_word(line)]
        if refused:
            say("error", kind="token", message=refused[-1][:300])
        else:
            say("error", kind="unreachable", message=describe(error))
        return None
    slots = ray.cluster_resources().get("CPU", 1) / options.cpus
    say("connected", nodes=len(ray.nodes()), slots=int(slots), seconds=time.monotonic() - started)
    return ray


def find_head(address):
    """Raises OSError where an address of a machine does not answer."""
    place = re.fullmatch(r"(?:ray://)?\[?([^/\]]+)\]?:(\d+)", address)
    until = time.monotonic() + CONNECT_SECONDS
    while place is not None:
        try:
            socket.create_connection((place[1], int(place[2])), timeout=CONNECT_SECONDS).close()
            return
        except OSError as error:
            if time.monotonic() > until:
                raise OSError(f"{address}: {error}") from error
            time.sleep(POLL_SECONDS)


def has_token_word(text):
    return any(word in text.lower() for word in TOKEN_WORDS)


def run(options, say):
    ray = connect(options, say)
    if ray is None:
        return 1
    # More than the retries for a worker that is lost: an exception of the task itself would be one of ours.
    settings = {
        "num_cpus": options.cpus,
        "max_retries": options.retries,
        "resources": json.loads(options.resources) or None,
    }
    board, reader, results = open_board(ray, options) if options.copied else (None, None, None)
    waiting = {}
    given = 0
    follows = options.follow

    def give_more():
        """Starts the packs that the file has got since the last look."""
        nonlocal given, follows
        # What follows the last line end is being written.
        packs = options.packs.read_text().split("\n")[given:-1]
        if packs and packs[-1] == "end":
            packs.pop()
            follows = False
        if packs and options.copied:
            task = ray.remote(**settings)(run_copied)
            bundle = ray.put(pack_folder(options.folder))
            waiting.update({task.remote(options.node, bundle, pack, board): given + i for i, pack in enumerate(packs)})
        elif packs:
            task = ray.remote(**settings)(run_trials)
            folder = str(options.folder)
            waiting.update({task.remote(options.node, folder, pack): given + i for i, pack in enumerate(packs)})
        given += len(packs)

    def cancel(*_):
        nonlocal follows
        follows = False
        for ref in list(waiting):
            ray.cancel(ref)

    def bring():
        """What runners without the folder have written so far."""
        try:
            results.add(reader.exchange(results.lines)[0])
        except Exception as error:
            # Lost for a while. Tasks return their lines, too.
            print(describe(error), file=sys.stderr)

    signal.signal(signal.SIGTERM, cancel)
    give_more()
    if options.copied:
        # Tasks wait for it.
        bring()
    idle_since = time.monotonic()
    while waiting or (follows and time.monotonic() - idle_since < IDLE_SECONDS):
        if follows:
            give_more()
        if not waiting:
            time.sleep(POLL_SECONDS)
            continue
        done, _ = ray.wait(list(waiting), timeout=POLL_SECONDS if follows else EXCHANGE_SECONDS)
        idle_since = time.monotonic()
        if options.copied:
            bring()
        for ref in done:
            pack = waiting.pop(ref)
            try:
                result = ray.get(ref)
                if options.copied:
                    result, lines, files = result
                    results.add(lines)
                    keep(options.folder, files)
                say("ended", pack=pack, code=result)
            except Exception as error:
                say("ended", pack=pack, code=None, message=describe(error))
    if options.copied:
        bring()
    say("finished")
    ray.shutdown()
    return 0


def open_board(ray, options):
    """On the node of the driver, which ends with it; else another node that is lost would take the lines along."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    results = Results(options.folder)
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    board = ray.remote(num_cpus=0, max_restarts=-1, scheduling_strategy=here)(Board).remote()
    return board, BoardReader(board, is_driver=True), results


if __name__ == "__main__":
    main()
