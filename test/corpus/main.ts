/** Runs cases of the corpus and says what came of each. */
import type { Kind } from "./case";
import { makeCase } from "./corpus";
import type { Half } from "./draw";
import { tryFirstFix, type FixResult } from "./fixes";
import { holds, runSubject } from "./runCase";

export interface Wanted {
  readonly kind: Kind;
  readonly half: Half;
  readonly wanted: number;
  /** Whether the first fix is tried as well. */
  readonly fixes: boolean;
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
  /** Null where none was to be tried. */
  readonly fix: FixResult | null;
}

/** Numbers tried for one that holds, at most. */
const MAX_TRIES = 6;

/** Numbers are tried from 0 on until enough labels hold. @throws Error that names the case that cannot run */
export function runCases({ kind, half, wanted, fixes }: Wanted, report: (judged: Judged) => void): void {
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
    report({
      id: one.id,
      kind,
      half,
      holds: isHeld,
      rules: outcome.findings.map(({ rule }) => rule),
      messages: outcome.findings.map(({ message }) => message),
      judged: outcome.judged,
      constant: outcome.constant,
      fix: fixes && isHeld && kind !== "healthy" ? tryFirstFix(one, outcome) : null,
      ms: performance.now() - started,
    });
  }
}
