"""Runs trials of an RNN Lab sweep folder on a Ray cluster: one Ray task for each line of a file of packs.

RNN Lab starts it, and follows the file of events, one JSON object a line. Everything about a trial is in the folder,
see docs/sweep-folder.md. SIGTERM cancels: the tasks end their trials, which write a checkpoint.
"""

import argparse
import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

SUBFOLDERS = ("claims", "results", "runners", "trials", "logs", "files")
POLL_SECONDS = 0.1
# A trial that was asked to end writes a checkpoint; then it is killed.
END_SECONDS = 30
# Where more packs may come, whoever gives them may be gone.
IDLE_SECONDS = 60


def run_trials(node, folder, indices):
    """The exit code of a process that is watched instead of waited for: Ray interrupts this, and not a wait."""
    program = str(Path(folder) / "rnn-lab.cjs")
    environment = {**os.environ, "ELECTRON_RUN_AS_NODE": "1"}
    child = subprocess.Popen([node, program, "--sweep", str(folder), "--index", indices], env=environment)
    try:
        while child.poll() is None:
            time.sleep(POLL_SECONDS)
        return child.returncode
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()


def run_copied(node, bundle, indices):
    """The same in a folder of its own, whose results are returned as files by their paths."""
    with tempfile.TemporaryDirectory(prefix="rnn-lab-") as folder:
        with tarfile.open(fileobj=io.BytesIO(bundle)) as archive:
            archive.extractall(folder, filter="data")
        for name in SUBFOLDERS:
            (Path(folder) / name).mkdir(exist_ok=True)
        code = run_trials(node, folder, indices)
        written = [*Path(folder).glob("results/*.jsonl"), *Path(folder).glob("trials/*.rnnrun")]
        return code, {str(path.relative_to(folder)): path.read_bytes() for path in written}


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
            text = f"{type(error).__name__}: {error}"
            wants_token = any(word in text.lower() for word in ("401", "unauthenticated", "authentication", "token"))
            say("error", kind="token" if wants_token else "other", message=text[:1000])
            raise


def run(options, say):
    try:
        import ray
    except ImportError as error:
        say("error", kind="no-ray", message=str(error))
        return 1
    started = time.monotonic()
    say("connecting")
    ray.init(address=options.address, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    slots = ray.cluster_resources().get("CPU", 1) / options.cpus
    say("connected", nodes=len(ray.nodes()), slots=int(slots), seconds=time.monotonic() - started)

    # More than the retries for a worker that is lost: an exception of the task itself would be one of ours.
    settings = {
        "num_cpus": options.cpus,
        "max_retries": options.retries,
        "resources": json.loads(options.resources) or None,
    }
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
            bundle = ray.put(pack_folder(options.folder))
            task = ray.remote(**settings)(run_copied)
            waiting.update({task.remote(options.node, bundle, pack): given + i for i, pack in enumerate(packs)})
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

    signal.signal(signal.SIGTERM, cancel)
    give_more()
    idle_since = time.monotonic()
    while waiting or (follows and time.monotonic() - idle_since < IDLE_SECONDS):
        if follows:
            give_more()
        if not waiting:
            time.sleep(POLL_SECONDS)
            continue
        done, _ = ray.wait(list(waiting), timeout=POLL_SECONDS if follows else 1)
        idle_since = time.monotonic()
        for ref in done:
            pack = waiting.pop(ref)
            try:
                result = ray.get(ref)
                if options.copied:
                    result, files = result
                    keep(options.folder, files)
                say("ended", pack=pack, code=result)
            except Exception as error:
                say("ended", pack=pack, code=None, message=f"{type(error).__name__}: {error}"[:1000])
    ray.shutdown()
    return 0


if __name__ == "__main__":
    main()
