/**
 * What is wrong with the sweep of a file: paths that lead nowhere, values that do not fit, too many runs. These are
 * warnings: the experiment runs, its sweep does not.
 */
import * as l10n from "@vscode/l10n";
import { hasValidationFile } from "../facts/earlyStopping";
import { findNodeAtLocation, type Node } from "jsonc-parser";
import { numericBranch, type JsonPath, schemaAt } from "../schema/jsonSchema";
import { experimentSchema } from "../schema/fileSchema";
import { describeValue, printable } from "../../lib/outsideText";
import type { Problem, ProblemCode } from "../schema/problem";
import type { Experiment } from "../schema/schema";
import { drawValue, sweepAxes, sweepKeys, type SweepAxis } from "../schema/sweepAxes";
import { constraintTest } from "../schema/sweepConstraints";
import { activeValues, countTrials, sweepConditions } from "../schema/sweepConditions";
import { MAX_TRIALS } from "../schema/sweepSchema";
import { seededDraw } from "../../search/draws";
import { MAX_SOBOL_DIMENSIONS } from "../../search/sobol";
import { sweepVariants } from "./sweepVariants";
import { suggest } from "../../lib/suggest";

/** Combinations that are drawn to see whether the constraints let one through. */
const MOST_DRAWN = 2000;

/** Files are read once, for the experiment without its sweep. */
const FILE_PATHS = [
  "task.file",
  "task.files",
  "task.labels",
  "task.split",
  "task.inputs",
  "task.targets",
  "task.mask",
  "task.lengths",
  "task.validation",
  "model.init.file",
];

/** A problem before its place in the text is known. */
interface SweepFault {
  readonly code: ProblemCode;
  readonly path: JsonPath;
  readonly message: string;
  readonly onKey?: boolean;
  readonly suggestion?: string;
}

/** @param file the value of the text that `experiment` was made of */
export function checkSweep(root: Node, file: Readonly<Record<string, unknown>>, experiment: Experiment): Problem[] {
  const { sweep } = experiment;
  if (sweep === null) return [];
  const faults = [
    ...Object.entries(sweep.parameters).flatMap(([key, values]) => checkParameter(key, values) ?? []),
    ...checkSearch(sweep),
    ...checkConstraints(sweep),
    ...checkGoal(experiment, sweep),
  ];
  return (faults.length > 0 ? faults : checkTrials(file, sweep, experiment.seed)).map((fault) =>
    toProblem(root, fault),
  );
}

function toProblem(root: Node, { code, path, message, onKey = false, suggestion }: SweepFault): Problem {
  const node = findNodeAtLocation(root, [...path]) ?? root;
  const { offset, length } = onKey ? (node.parent?.children?.[0] ?? node) : node;
  return {
    code,
    layer: "meaning",
    severity: "warning",
    message,
    path,
    range: { offset, length },
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** Whether the key names a value that can be swept, over what is written there. */
function checkParameter(key: string, values: unknown): SweepFault | null {
  const path = ["sweep", "parameters", key];
  const known = sweepKeys();
  if (!known.includes(key)) return unknownParameter(key, path, known);
  if (FILE_PATHS.includes(key)) {
    const message = l10n.t(
      "{0} cannot be swept, because all runs of a sweep use the same files. Create a separate experiment for each file.",
      key,
    );
    return { code: "misfit", path, message, onKey: true };
  }
  return Array.isArray(values) ? null : checkRange(key, path, values as SweepRange);
}

function unknownParameter(key: string, path: JsonPath, known: readonly string[]): SweepFault {
  const nearest =
    suggest(key, known) ?? known.find((candidate) => candidate.split(".").at(-1) === key.split(".").at(-1));
  const advice =
    key === "seed"
      ? l10n.t("Use sweep.seeds instead.")
      : nearest === undefined
        ? l10n.t("Use the path of a value in this file, for example training.optimizer.learningRate.")
        : l10n.t("Did you mean {0}?", JSON.stringify(nearest));
  const message = `${l10n.t("There is no value {0} to sweep.", describeValue(key))} ${advice}`;
  const suggestion = key === "seed" ? undefined : nearest;
  return { code: "unknown-key", path, message, onKey: true, ...(suggestion === undefined ? {} : { suggestion }) };
}

interface SweepRange {
  readonly from: number;
  readonly to: number;
  readonly scale: string;
}

function checkRange(key: string, path: JsonPath, { from, to, scale }: SweepRange): SweepFault | null {
  const schema = numericBranch(schemaAt(experimentSchema, key.split(".")));
  if (schema?.type !== "number" && schema?.type !== "integer") {
    const message = l10n.t(
      "{0} is not a number, so it requires a list of values in {1} instead of a range.",
      key,
      "[ ]",
    );
    return { code: "wrong-type", path, message };
  }
  if (scale !== "log" || (from > 0 && to > 0)) return null;
  const message = l10n.t(
    "The range of {0} has a log scale from {1} to {2}; both limits must be above 0.",
    key,
    from,
    to,
  );
  return { code: "out-of-range", path, message };
}

function checkSearch({ parameters, search }: Sweep): SweepFault[] {
  const path = ["sweep", "search", "kind"];
  const count = Object.keys(parameters).length;
  if (search.kind === "sobol" && count > MAX_SOBOL_DIMENSIONS) {
    const message = l10n.t(
      "The Sobol sequence is for up to {0} parameters, but this sweep has {1}. Use {2}.",
      MAX_SOBOL_DIMENSIONS,
      count,
      '"random"',
    );
    return [{ code: "misfit", path, message }];
  }
  const isNumber = (values: unknown): boolean =>
    !Array.isArray(values) || (values.length > 2 && values.every((value) => typeof value === "number"));
  if (search.kind !== "cma-es" || count === 0 || Object.values(parameters).some(isNumber)) return [];
  const message = l10n.t(
    "CMA-ES searches ranges and lists of more than two numbers, but this sweep has choices only. Use {0}.",
    '"tpe"',
  );
  return [{ code: "misfit", path, message }];
}

function checkConstraints({ parameters, constraints }: Sweep): SweepFault[] {
  const keys = Object.keys(parameters);
  return constraints.flatMap(({ of, min, max }, c): SweepFault[] => {
    const path = ["sweep", "constraints", c];
    const unknown = of.flatMap((key, i): SweepFault[] => {
      const values = parameters[key];
      const at = [...path, "of", i];
      if (values === undefined) {
        const nearest = suggest(key, keys);
        const advice =
          nearest === undefined
            ? l10n.t("Use a key of sweep.parameters.")
            : l10n.t("Did you mean {0}?", JSON.stringify(nearest));
        const message = `${l10n.t("The sweep has no parameter {0}.", describeValue(key))} ${advice}`;
        return [{ code: "unknown-key", path: at, message, ...(nearest === undefined ? {} : { suggestion: nearest }) }];
      }
      if (!Array.isArray(values) || values.every((value) => typeof value === "number")) return [];
      const message = l10n.t("{0} has values that are not numbers, so it cannot be constrained.", key);
      return [{ code: "wrong-type", path: at, message }];
    });
    if (unknown.length > 0) return unknown;
    if (min === null && max === null) {
      const message = l10n.t("The constraint has no limit. Set its min or max, for example {0}.", '"max": 256');
      return [{ code: "misfit", path, message }];
    }
    if (min === null || max === null || min <= max) return [];
    const message = l10n.t("No value is at least {0} and at most {1}. Swap min and max.", min, max);
    return [{ code: "out-of-range", path, message }];
  });
}

/** Whether there are combinations at all that fulfill the constraints. */
function checkFulfillable(sweep: Sweep, axes: readonly SweepAxis[], trials: number): SweepFault[] {
  if (sweep.constraints.length === 0) return [];
  const path = ["sweep", "constraints"];
  if (sweep.search.kind === "grid") {
    const message = l10n.t("No combination of values fulfills the constraints. Widen their limits.");
    return trials > 0 ? [] : [{ code: "misfit", path, message, onKey: true }];
  }
  const conditions = sweepConditions(axes);
  const fulfills = constraintTest(sweep, axes);
  const draw = seededDraw(sweep.search.seed, 0);
  for (let i = 0; i < MOST_DRAWN; i++) {
    const values = axes.map((axis) => drawValue(axis, draw()));
    if (fulfills(activeValues(conditions, values))) return [];
  }
  const message = l10n.t(
    "None of {0} random combinations fulfills the constraints. Widen their limits or narrow the ranges.",
    MOST_DRAWN.toLocaleString("en-US"),
  );
  return [{ code: "misfit", path, message, onKey: true }];
}

function checkGoal({ task, training }: Experiment, { goal }: Sweep): SweepFault[] {
  if (goal === null || goal.metric !== "validationLoss") return [];
  if (training.validation.share > 0 || hasValidationFile(task)) return [];
  const message = l10n.t(
    "There is no validation set, so validationLoss is not available. Set training.validation.share, for example to 0.1.",
  );
  return [{ code: "misfit", path: ["sweep", "goal", "metric"], message }];
}

/** How many trials there are, and whether each fits the rest of the experiment. */
function checkTrials(file: Readonly<Record<string, unknown>>, sweep: Sweep, seed: number): SweepFault[] {
  const axes = sweepAxes(sweep);
  const trials = countTrials(sweep, axes, seed);
  if (trials > MAX_TRIALS) {
    const message = l10n.t(
      "This sweep has {0} runs; the maximum is {1}. Use fewer values or seeds, or {2}.",
      trials.toLocaleString("en-US"),
      MAX_TRIALS.toLocaleString("en-US"),
      '"search": { "kind": "random", "budget": 100 }',
    );
    return [{ code: "out-of-range", path: ["sweep"], message, onKey: true }];
  }
  const unfulfillable = checkFulfillable(sweep, axes, trials);
  if (unfulfillable.length > 0) return unfulfillable;
  return checkValues(sweep, file, seed).map(({ axis, index, message: reason }) => {
    const inList = axis.range === null && index !== null;
    const path: JsonPath = inList ? ["sweep", "parameters", axis.key, index] : ["sweep", "parameters", axis.key];
    const value = `${printable(axis.key)} = ${index === null ? "…" : describeValue(axis.values[index])}`;
    return { code: "out-of-range", path, message: l10n.t("{0} is invalid: {1}", value, reason) };
  });
}

type Sweep = NonNullable<Experiment["sweep"]>;

interface Misfit {
  readonly axis: SweepAxis;
  readonly index: number | null;
  readonly message: string;
}

/** Of each value of each parameter in its turn, the first thing that is wrong with it. */
function checkValues(sweep: Sweep, file: Readonly<Record<string, unknown>>, seed: number): Misfit[] {
  const axes = sweepAxes(sweep);
  const misfits: Misfit[] = [];
  for (const { axis, index, result } of sweepVariants(file, sweep, seed)) {
    const [problem] = result.problems;
    if (problem === undefined) continue;
    const where = problem.path.join(".");
    const owner = axes.find(({ key }) => where === key || where.startsWith(`${key}.`)) ?? axis;
    const at = owner.key === axis.key ? index : 0;
    if (!misfits.some((other) => other.axis.key === owner.key && other.index === at))
      misfits.push({ axis: owner, index: at, message: problem.message });
  }
  return misfits;
}
