/**
 * Runs cases on this thread and posts what came of each: `workerData` says which kinds and halves. Numbers are tried from
 * 0 on until enough labels hold.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { Kind } from "./case";
import { makeCase } from "./corpus";
import type { Half } from "./draw";
import { holds, runSubject } from "./runCase";

export interface Wanted {
  readonly kind: Kind;
  readonly half: Half;
  readonly wanted: number;
}

export interface Judged {
  readonly id: string;
  readonly kind: Kind;
  readonly half: Half;
  /** Whether the label was shown to be right. */
  readonly holds: boolean;
  readonly rules: readonly string[];
  readonly messages: readonly string[];
  readonly judged: number;
  readonly constant: number;
  readonly ms: number;
}

/** Numbers tried for one that holds, at most. */
const MAX_TRIES = 4;

for (const { kind, half, wanted } of workerData as readonly Wanted[]) {
  let held = 0;
  for (let index = 0; held < wanted && index < MAX_TRIES * wanted; index++) {
    const one = makeCase(kind, half, index);
    const started = performance.now();
    let outcome;
    try {
      outcome = runSubject(one);
    } catch (error) {
      throw new Error(`${one.id}: ${String(error)} ${JSON.stringify(one.file)}`, { cause: error });
    }
    const isHeld = holds(one, outcome);
    if (isHeld) held++;
    parentPort!.postMessage({
      id: one.id,
      kind,
      half,
      holds: isHeld,
      rules: outcome.findings.map(({ rule }) => rule),
      messages: outcome.findings.map(({ message }) => message),
      judged: outcome.judged,
      constant: outcome.constant,
      ms: performance.now() - started,
    } satisfies Judged);
  }
}
