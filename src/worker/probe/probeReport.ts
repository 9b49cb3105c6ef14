/** What is told of a run beside its rows. */
import { basename } from "node:path";
import * as l10n from "@vscode/l10n";
import type { ProbeEnd, ProbeEvent, ProbeStart } from "../../shared/trace/probeContents";
import type { RunStatus } from "../../shared/trace/trace";
import type { ProbedView } from "../../shared/wire/protocol";
import { formatCount } from "../../shared/words/numberFormat";
import type { ProbeLife } from "./probeLife";
import type { ProbeTrace } from "./probeTrace";

/** The speed is that over the last so long. */
const SPEED_MS = 5000;

/** What was read of the file, beside what is in the trace. */
export interface ProbeRecord {
  readonly events: readonly ProbeEvent[];
  readonly end: ProbeEnd | null;
  readonly steps: number;
}

/** How fast steps come. */
export class ProbePace {
  private marks: { readonly at: number; readonly steps: number }[] = [];

  note(steps: number, now: number): void {
    if (this.marks.at(-1)?.steps !== steps) this.marks.push({ at: now, steps });
    while (this.marks.length > 2 && now - this.marks[1]!.at > SPEED_MS) this.marks.shift();
  }

  get stepsPerSecond(): number {
    const [first] = this.marks;
    const last = this.marks.at(-1);
    if (first === undefined || last === undefined || last.at === first.at) return 0;
    return ((last.steps - first.steps) * 1000) / (last.at - first.at);
  }
}

/** @param trainMs so far */
export function statusOf(
  { end, steps }: ProbeRecord,
  { loss, best }: ProbeTrace,
  life: ProbeLife,
  trainMs: number,
  stepsPerSecond: number,
): RunStatus {
  return {
    phase: life.phase,
    iteration: Math.max(0, Math.max(steps, end?.iterations ?? 0) - 1),
    // Before the end nobody knows how many there will be.
    iterations: Math.max(0, (end?.iterations ?? 0) - 1),
    loss,
    trainMs,
    stepsPerSecond: life.phase === "running" ? stepsPerSecond : 0,
    best,
    message: life.message,
    advice: null,
  };
}

/** @param problem of the file. @param captureProblem of a layer that could not be computed */
export function describeProbe(
  { watch }: ProbeStart,
  record: ProbeRecord,
  trace: ProbeTrace,
  { isInterrupted }: ProbeLife,
  problem: string | null,
  captureProblem: string | null,
): ProbedView {
  return {
    place: `${basename(watch.file.replaceAll("\\", "/"))}:${watch.line}`,
    isInterrupted,
    notes: [...notesOn(record), ...notesOnTrace(trace), ...(captureProblem === null ? [] : [captureProblem])],
    problem,
  };
}

function notesOn({ events, end }: ProbeRecord): string[] {
  const rarer = events.findLast(({ kind, detail }) => kind === "interval" && detail.every !== undefined);
  const leftOut = events.filter(({ kind }) => kind === "left-out").length;
  return [
    ...(rarer === undefined
      ? []
      : [
          l10n.t(
            "To keep the file below its size, only every {0}th step is captured since iteration {1}.",
            formatCount(rarer.detail.every!),
            formatCount(rarer.iteration),
          ),
        ]),
    ...(end === null || end.dropped === 0
      ? []
      : [l10n.t("Captures that could not be written in time: {0}.", formatCount(end.dropped))]),
    ...(leftOut === 0
      ? []
      : [l10n.t("Steps with more calls of a layer than are captured: {0}.", formatCount(leftOut))]),
  ];
}

function notesOnTrace({ untracedLayers, unshownScalars }: ProbeTrace): string[] {
  return [
    ...(untracedLayers === 0
      ? []
      : [l10n.t("Layers that are not shown because a row has no room for them: {0}.", formatCount(untracedLayers))]),
    ...(unshownScalars === 0
      ? []
      : [l10n.t("Scalars that are not shown because there are too many names: {0}.", formatCount(unshownScalars))]),
  ];
}
