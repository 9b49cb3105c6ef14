import * as l10n from "@vscode/l10n";
import { claim, COMMAND, CONTROL, waitWhile } from "./teamControl";

/** The training thread's side of a helper. */
export interface Team {
  /** Whether the helper listens. It takes some tens of milliseconds to start, and may be busy with another network. */
  isReady(): boolean;
  /**
   * Runs both parts of a pass, `other` in the helper if it takes it up before this thread is done with `own`, else
   * here. The helper writes and reads the same memory, so that results do not depend on who was faster.
   */
  run(
    command: "forward" | "backward",
    sizes: { readonly batch: number; readonly timeSteps: number; readonly dropped: boolean },
    own: () => void,
    other: () => void,
  ): void;
  dispose(): void;
}

/** A helper that takes so long for one command is taken for dead. */
const PATIENCE_MS = 60_000;

export function createTeam(control: Int32Array<SharedArrayBuffer>): Team {
  let request = 0;

  function post(command: number): void {
    control[CONTROL.command] = command;
    Atomics.store(control, CONTROL.request, ++request);
    Atomics.notify(control, CONTROL.request);
  }

  function join(): void {
    for (let done = Atomics.load(control, CONTROL.done); done !== request; done = Atomics.load(control, CONTROL.done)) {
      if (!waitWhile(control, CONTROL.done, done, PATIENCE_MS))
        throw new Error(l10n.t("The second training thread is not responding. Run again with one thread."));
    }
    if (Atomics.load(control, CONTROL.failed) === 1)
      throw new Error(l10n.t("The second training thread failed. Run again with one thread."));
  }

  return {
    isReady: () => Atomics.load(control, CONTROL.ready) === 1,
    run(command, { batch, timeSteps, dropped }, own, other) {
      control[CONTROL.batch] = batch;
      control[CONTROL.timeSteps] = timeSteps;
      control[CONTROL.dropped] = dropped ? 1 : 0;
      post(COMMAND[command]);
      own();
      if (claim(control, request)) other();
      else join();
    },
    dispose: () => post(COMMAND.leave),
  };
}
