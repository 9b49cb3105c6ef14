import { COMMAND, CONTROL, waitWhile } from "./teamControl";

/** The training thread's side of a helper. */
export interface Team {
  /** Whether the helper has started; until then the training thread does its share too, with the same result. */
  isReady(): boolean;
  /** Hands the second share to the helper; returns at once. */
  start(command: "forward" | "backward", batch: number, timeSteps: number, dropped: boolean): void;
  /** Until the helper is done. @throws Error when it failed */
  join(): void;
  dispose(): void;
}

/** A helper that takes so long for one command is taken for dead. */
const PATIENCE_MS = 60_000;

export function createTeam(control: Int32Array<SharedArrayBuffer>): Team {
  let request = 0;
  const post = (command: number): void => {
    control[CONTROL.command] = command;
    Atomics.store(control, CONTROL.request, ++request);
    Atomics.notify(control, CONTROL.request);
  };
  return {
    isReady: () => Atomics.load(control, CONTROL.ready) === 1,
    start(command, batch, timeSteps, dropped) {
      control[CONTROL.batch] = batch;
      control[CONTROL.timeSteps] = timeSteps;
      control[CONTROL.dropped] = dropped ? 1 : 0;
      post(COMMAND[command]);
    },
    join() {
      const finished = waitWhile(control, CONTROL.done, request - 1, PATIENCE_MS);
      if (!finished || Atomics.load(control, CONTROL.failed) === 1) throw new Error("The second training thread stopped working. Run again with one thread.");
    },
    dispose: () => post(COMMAND.leave),
  };
}
