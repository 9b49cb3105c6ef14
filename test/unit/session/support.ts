import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withDefaults } from "../../../src/config/schema/defaults";
import { experimentSchema } from "../../../src/config/schema/fileSchema";
import type { Experiment } from "../../../src/config/schema/schema";
import type { ExperimentSession, SessionLog } from "../../../src/session/experimentSession";
import type { Ghost } from "../../../src/shared/wire/protocol";
import type { RunFileTarget } from "../../../src/session/runFileTarget";
import type { SessionFile } from "../../../src/session/sessionFile";
import type { SessionEvent } from "../../../src/session/sessionEvent";

/** A thread script of the given text, to see what a session makes of a thread that misbehaves. */
export function writeWorker(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "rnn-lab-worker-")), "worker.cjs");
  writeFileSync(file, text);
  return file;
}

/** The tutorial's experiment is what the defaults are. */
export const COUNT_ONES = withDefaults(experimentSchema, { name: "Count the ones" }) as Experiment;

export const DIVERGING: Experiment = {
  ...COUNT_ONES,
  training: { ...COUNT_ONES.training, optimizer: { kind: "sgd", learningRate: 1, weightDecay: 0 } },
};

/** Long enough never to finish in a test. */
export const ENDLESS: Experiment = { ...COUNT_ONES, training: { ...COUNT_ONES.training, iterations: 10_000_000 } };

export const FILE: SessionFile = {
  uri: "file:///lab/count-ones.rnn.json",
  fileName: "count-ones.rnn.json",
  name: "Count the ones",
  configHash: "hash",
};

export const golden = JSON.parse(readFileSync(join(import.meta.dirname, "../../fixtures/count-ones.json"), "utf8")) as {
  readonly weights: readonly (readonly [number, number])[];
  readonly loss: readonly number[];
};

export class MemoryLog implements SessionLog {
  readonly lines: string[] = [];
  warn(message: string): void {
    this.lines.push(message);
  }
  error(message: string): void {
    this.lines.push(message);
  }
}

/** The curves of its earlier runs, as its views show them. */
export function ghostsOf({ history }: ExperimentSession): readonly Ghost[] {
  return history.ghosts;
}

/** Records runs where `begin` says, in a window that has no others. */
export function recordingBy(begin: RunFileTarget["begin"]): RunFileTarget {
  return { begin, recordedRuns: () => ({ nextNumber: 1, latest: null }), identityOf: () => null };
}

/** Resolves at the first event after which `condition` holds; at once when it holds already. */
export function until(session: ExperimentSession, condition: (event: SessionEvent | null) => boolean): Promise<void> {
  if (condition(null)) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const listener = session.onDidChange((event) => {
      if (condition(event)) {
        listener.dispose();
        resolve();
      }
    });
  });
}

export function untilPhase(session: ExperimentSession, phase: string): Promise<void> {
  return until(session, () => session.status.phase === phase);
}
