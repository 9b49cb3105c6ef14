/**
 * The sequence that is looked into: the one that the run traces comes with every row, any other is asked for at the
 * iteration of the cursor. One object serves all charts, so that they show the same.
 */
import * as l10n from "@vscode/l10n";
import { headerOfInspection, type TypedProblem } from "../../../src/shared/trace/inspection";
import { formatCount } from "../../../src/shared/words/numberFormat";
import type { TraceHeader } from "../../../src/shared/trace/trace";
import { quantitiesOf, unitsOf, unitsOfQuantity } from "../../state/quantities";
import { QueryThrottle } from "../../chart/queryThrottle";
import type { CardHost } from "../../chart/card";
import type { ChartModel } from "../../chart/model";

const ASK_EVERY_MS = 100;

export interface SequenceView {
  /** As if this sequence had been traced. */
  readonly header: TraceHeader;
  readonly iteration: number;
  /** "sequence 3", "your sequence". */
  readonly label: string;
  /** Changes with what is shown. */
  readonly key: string;
  /** Of one row: [T + 1, units] and so on, as the header's columns say. */
  values(name: string): Float64Array | null;
}

export interface Inspected {
  /** Null while nothing is known yet. */
  readonly view: SequenceView | null;
  readonly problem: TypedProblem | null;
  /** Why there is nothing to show. */
  readonly failure: string | null;
}

export class InspectedSequence {
  private readonly pace: QueryThrottle;
  /** The last that could be shown: it stays while a typed sequence is wrong for a moment. */
  private last: SequenceView | null = null;

  constructor(host: Pick<CardHost, "ask" | "requestDraw">) {
    this.pace = new QueryThrottle(host, ASK_EVERY_MS);
  }

  of(model: ChartModel): Inspected {
    const { header, place } = model;
    if (place.sequence === header.inspected.sequence) return { view: this.traced(model), problem: null, failure: null };
    return this.asked(model);
  }

  private asked(model: ChartModel): Inspected {
    const { header, place } = model;
    this.ask(model, place.sequence);
    if (this.last?.header.runId !== header.runId) this.last = null;
    const answer = model.answerTo("inspect");
    if (answer === null) return { view: this.last, problem: null, failure: null };
    if ("failure" in answer) return { view: null, problem: null, failure: answer.failure };
    if (answer.sequence !== place.sequence) return { view: this.last, problem: null, failure: null };
    const { result, iteration } = answer;
    if ("problem" in result) return { view: this.last, problem: result.problem, failure: null };
    const number = typeof answer.sequence === "number" ? answer.sequence : -1;
    this.last = {
      header: headerOfInspection(header, result, number),
      iteration,
      label: number < 0 ? l10n.t("your sequence") : l10n.t("sequence {0}", formatCount(number)),
      key: `${header.runId} ${iteration} ${answer.sequence}`,
      values: (name) => result.values[result.columns.findIndex((spec) => spec.name === name)] ?? null,
    };
    return { view: this.last, problem: null, failure: null };
  }

  private traced(model: ChartModel): SequenceView {
    const { header, place } = model;
    // The rows of a large model hold its first units only, and of a captured step not its input; an answer has all.
    const isPart = header.probed !== undefined || isPartOf(header);
    const whole = isPart ? this.asked(model).view : null;
    const isWider = whole !== null && (header.probed !== undefined || unitsIn(whole.header) > unitsIn(header));
    if (isWider && whole.header.inspected.sequence === place.sequence) return whole;
    this.last = {
      header,
      iteration: place.iteration,
      label: l10n.t("sequence {0}", formatCount(header.inspected.sequence)),
      key: `${header.runId} ${place.iteration} traced`,
      values: (name) => model.rowOf(name, place.row),
    };
    return this.last;
  }

  private ask(model: ChartModel, sequence: number | string): void {
    this.pace.ask(model, { kind: "inspect", iteration: model.place.iteration, sequence });
  }
}

/** Whether the values of some units of a layer are left out. */
function isPartOf(header: TraceHeader): boolean {
  return quantitiesOf(header, 0).some((quantity) => unitsOf(quantity.column) < unitsOfQuantity(header, quantity));
}

/** Of a layer, whose values there are: of states, or of the cell state where there are more of it. */
function unitsIn(header: TraceHeader): number {
  return quantitiesOf(header, 0).reduce((most, { column }) => Math.max(most, unitsOf(column)), 0);
}
