import * as l10n from "@vscode/l10n";
import { claim, COMMAND, CONTROL, helperWord, waitWhile } from "./teamControl";

/** The training thread's side of its helpers. */
export interface Team {
  /** Whether a helper listens. They take some tens of milliseconds to start, and may be busy with another network. */
  isReady(): boolean;
  /**
   * Runs all parts of a pass: the first in this thread, each other one in its helper if that takes it up before this
   * thread gets to it, else here. All write and read the same memory, so results do not depend on who was faster.
   * @param runPart by the number of the thread that it is meant for
   */
  run(
    command: "forward" | "backward",
    sizes: { readonly batch: number; readonly timeSteps: number; readonly dropped: boolean },
    runPart: (thread: number) => void,
  ): void;
  dispose(): void;
}

/** A helper that takes so long for one command is taken for dead. */
const PATIENCE_MS = 60_000;

/** @param threads with this one */
export function createTeam(control: Int32Array<SharedArrayBuffer>, threads: number): Team {
  const helpers = Array.from({ length: threads - 1 }, (_, index) => index + 1);
  let request = 0;

  function post(command: number): void {
    control[CONTROL.command] = command;
    Atomics.store(control, CONTROL.request, ++request);
    Atomics.notify(control, CONTROL.request);
  }

  function join(thread: number): void {
    const word = helperWord(thread, "done");
    for (let done = Atomics.load(control, word); done !== request; done = Atomics.load(control, word)) {
      if (!waitWhile(control, word, done, PATIENCE_MS))
        throw new Error(l10n.t("A helper thread of the training is not responding. Run again with one thread."));
    }
    if (Atomics.load(control, CONTROL.failed) === 1)
      throw new Error(l10n.t("A helper thread of the training failed. Run again with one thread."));
  }

  return {
    isReady: () => helpers.some((thread) => Atomics.load(control, helperWord(thread, "ready")) === 1),
    run(command, { batch, timeSteps, dropped }, runPart) {
      control[CONTROL.batch] = batch;
      control[CONTROL.timeSteps] = timeSteps;
      control[CONTROL.dropped] = dropped ? 1 : 0;
      post(COMMAND[command]);
      runPart(0);
      // First what nobody has begun, then what others are at.
      const taken = helpers.filter((thread) => {
        if (!claim(control, thread, request)) return true;
        runPart(thread);
        return false;
      });
      for (const thread of taken) join(thread);
    },
    dispose: () => post(COMMAND.leave),
  };
}
