/** The points of scalars in the order in which they were written, as curves, by one of two rules for restarts. */

/**
 * Where a run goes back to an earlier step, as after a crash:
 * - "last-of-each-step": each step has the point that was written last; a restart that the writer states removes what
 *   was written at its step and later ones.
 * - "tensorboard": as TensorBoard's page. A point removes those of its tag at its step and later ones; what the writer
 *   states does not count.
 */
export type RestartRule = "last-of-each-step" | "tensorboard";

export interface PointCurve {
  /** Increasing. */
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

interface Points {
  /** Of the tag; replaced ones as well. */
  written: number;
  /** As they were written. */
  steps: number[];
  values: number[];
}

export class ScalarPoints {
  private readonly tags = new Map<string, Points>();
  private goneBack = false;

  constructor(private readonly rule: RestartRule) {}

  /** Whether a step came again, or one before it. */
  get hasGoneBack(): boolean {
    return this.goneBack;
  }

  get names(): readonly string[] {
    return [...this.tags.keys()];
  }

  /** Points that the rule leaves out. */
  get leftOut(): number {
    let count = 0;
    for (const [tag, { written }] of this.tags) count += written - this.curve(tag).steps.length;
    return count;
  }

  add(tag: string, step: number, value: number): void {
    let points = this.tags.get(tag);
    if (points === undefined) this.tags.set(tag, (points = { written: 0, steps: [], values: [] }));
    points.written++;
    if (points.steps.length > 0 && step <= points.steps.at(-1)!) this.goneBack = true;
    if (this.rule === "tensorboard")
      while (points.steps.length > 0 && points.steps.at(-1)! >= step) {
        points.steps.pop();
        points.values.pop();
      }
    points.steps.push(step);
    points.values.push(value);
  }

  /** The writer says that it begins anew at this step. */
  restart(step: number): void {
    if (this.rule === "tensorboard") return;
    for (const points of this.tags.values()) {
      const kept = points.steps.flatMap((before, i) => (before < step ? [i] : []));
      if (kept.length === points.steps.length) continue;
      this.goneBack = true;
      const { steps, values } = points;
      points.steps = kept.map((i) => steps[i]!);
      points.values = kept.map((i) => values[i]!);
    }
  }

  curve(tag: string): PointCurve {
    const { steps, values } = this.tags.get(tag) ?? { steps: [], values: [] };
    if (steps.every((step, i) => i === 0 || step > steps[i - 1]!)) return { steps, values };
    const last = new Map(steps.map((step, i) => [step, values[i]!]));
    const inOrder = [...last].sort(([a], [b]) => a - b);
    return { steps: inOrder.map(([step]) => step), values: inOrder.map(([, value]) => value) };
  }

  /**
   * Of these tags, a row for each step that one of them has. Where another has none, it has the value of its last step
   * before; NaN before its first.
   */
  columns(tags: readonly string[]): Map<string, Float64Array<ArrayBuffer>> {
    const curves = tags.map((tag) => this.curve(tag));
    const steps = Float64Array.from(new Set(curves.flatMap(({ steps: some }) => some))).sort();
    const rows = new Map(Array.from(steps, (step, row) => [step, row]));
    const columns = new Map([["iteration", steps]]);
    curves.forEach((curve, i) => {
      const column = new Float64Array(steps.length).fill(NaN);
      curve.steps.forEach((step, at) =>
        column.fill(curve.values[at]!, rows.get(step)!, rows.get(curve.steps[at + 1]!)),
      );
      if (tags[i] !== "iteration") columns.set(tags[i]!, column);
    });
    return columns;
  }
}
