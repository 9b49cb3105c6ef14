import { expect } from "vitest";
import { collectFixEdits, withEdits } from "../../../src/config/edit/fixEdits";
import { parseExperiment } from "../../../src/config/read/parse";
import type { Experiment } from "../../../src/config/schema/schema";
import { createDiagnosis } from "../../../src/diagnosis/diagnosis";
import { describeDivergence } from "../../../src/core/analysis/divergence";
import { gatherEvidence, withFinalEvidence } from "../../../src/core/analysis/evidence";
import { finishWork } from "../../../src/lib/slicedTask";
import { createTrainer } from "../../../src/core/training/trainer";
import type { StepResult } from "../../../src/core/training/trainingLoop";
import type { Finding, Fix, RuleName } from "../../../src/shared/wire/findings";
import { TraceBuffer } from "../../../src/shared/trace/traceBuffer";

/** A file, as JSON. */
export type File = Readonly<Record<string, unknown>>;

export interface Diagnosed {
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly result: StepResult;
  readonly loss: number;
}

export function textOf(file: File): string {
  return JSON.stringify(file, null, 2);
}

export function experimentIn(text: string): Experiment {
  const { experiment, problems } = parseExperiment(text);
  if (experiment === null) throw new Error(problems.map(({ message }) => message).join(" "));
  return experiment;
}

/** Trains to the end in float64 and says what was found. @param data content of the file that the task names */
export function diagnose(text: string, data: string | null = null): Diagnosed {
  const experiment = experimentIn(text);
  const trainer = createTrainer(experiment, { files: { data, weights: null } });
  const diagnosis = createDiagnosis(experiment, trainer);
  const buffer = new TraceBuffer(trainer.columns, 64);
  let result: StepResult = "running";
  while (result === "running") {
    const { iteration } = trainer;
    result = trainer.step(buffer);
    diagnosis.observe(iteration, trainer.metrics);
    diagnosis.sample(buffer.columns, buffer.rows - 1);
  }
  const findings = diagnosis.findings(
    result === "diverged" ? { state: "diverged", ...describeDivergence(trainer) } : { state: "ended" },
    finishWork(withFinalEvidence(finishWork(gatherEvidence(experiment, trainer)), trainer)),
  );
  return { text, findings, result, loss: trainer.metrics.loss };
}

export function rulesOf({ findings }: Diagnosed): RuleName[] {
  return findings.map(({ rule }) => rule);
}

export function findingIn({ findings }: Diagnosed, rule: RuleName): Finding {
  const finding = findings.find((candidate) => candidate.rule === rule);
  return (
    finding ??
    expect.fail(`${rule} is not among ${findings.map((candidate) => candidate.rule).join(", ") || "no findings"}`)
  );
}

/** The text with the fix, trained anew. */
export function diagnoseFixed(text: string, { edits }: Fix): Diagnosed {
  const textEdits = collectFixEdits(text, edits);
  const after = textEdits === null ? null : withEdits(text, textEdits);
  return diagnose(after ?? expect.fail("the fix cannot be applied"));
}
