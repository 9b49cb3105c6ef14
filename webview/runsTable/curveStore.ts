import { MAX_CURVES, type LossCurve, type RunsTablePageMessage, type TableRun } from "../../src/shared/wire/runsTable";

type Ask = (message: Extract<RunsTablePageMessage, { readonly type: "readCurves" }>) => void;

/** Loss curves of runs, read from their files when a chart wants them; one request at a time. */
export class CurveStore {
  /** With the iteration that the run had reached: a run that goes on is read again. */
  private readonly curves = new Map<string, { readonly iterations: number; readonly curve: LossCurve | null }>();
  private asked: { readonly requestId: number; readonly runs: readonly TableRun[] } | null = null;
  private lastRequest = 0;
  problems: readonly string[] = [];

  constructor(private readonly ask: Ask) {}

  /** Those that are here; the others are asked for. */
  find(runs: readonly TableRun[]): { readonly curves: readonly LossCurve[]; readonly isComplete: boolean } {
    const missing = runs.filter(({ id, iterations }) => this.curves.get(id)?.iterations !== iterations);
    if (missing.length > 0 && this.asked === null) {
      this.asked = { requestId: ++this.lastRequest, runs: missing.slice(0, MAX_CURVES) };
      this.ask({ type: "readCurves", requestId: this.lastRequest, ids: this.asked.runs.map(({ id }) => id) });
    }
    return {
      curves: runs.flatMap(({ id }) => this.curves.get(id)?.curve ?? []),
      isComplete: runs.every(({ id }) => this.curves.has(id)),
    };
  }

  /** @returns whether it was the answer to the last request */
  receive(requestId: number, curves: readonly LossCurve[], problems: readonly string[]): boolean {
    if (this.asked?.requestId !== requestId) return false;
    const byId = new Map(curves.map((curve) => [curve.id, curve]));
    for (const { id, iterations } of this.asked.runs) this.curves.set(id, { iterations, curve: byId.get(id) ?? null });
    this.asked = null;
    this.problems = problems;
    return true;
  }
}
