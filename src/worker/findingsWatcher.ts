import { createDiagnosis } from "../core/diagnosis/diagnosis";
import type { StepResult, Trainer } from "../core/trainer";
import type { Experiment } from "../config/schema";
import type { Finding } from "../shared/findings";
import type { TraceBuffer } from "../shared/traceBuffer";

/** Between two looks at what the rules have gathered while the run goes on. */
const INTERVAL_MS = 500;

/** Lets the rules see each row, and tells when what they find has changed. */
export class FindingsWatcher {
  private readonly diagnosis: ReturnType<typeof createDiagnosis>;
  private told = "";
  private lookedAt: number;

  constructor(
    experiment: Experiment,
    private readonly trainer: Trainer,
    private readonly now: () => number,
  ) {
    this.diagnosis = createDiagnosis(experiment, trainer);
    this.lookedAt = now();
  }

  /** Call it after each step: the last row is complete then. */
  observe({ columns, rows }: TraceBuffer): void {
    this.diagnosis.observe(columns, rows - 1);
  }

  /** Null when there is nothing new to tell. While the run goes on, numbers that change are nothing new. */
  collect(final: StepResult | null): readonly Finding[] | null {
    const now = this.now();
    if (final === null && now - this.lookedAt < INTERVAL_MS) {
      return null;
    }
    this.lookedAt = now;
    const findings = this.diagnosis.findings(
      final === "diverged" ? { state: "diverged", parametersFinite: this.trainer.parameters().every(Number.isFinite) } : { state: final === null ? "running" : "ended" },
    );
    const key = findings.map(({ rule, message }) => (final === null ? rule : message)).join("\n");
    if (key === this.told) {
      return null;
    }
    this.told = key;
    return findings;
  }
}
