import { findNodeAtLocation, getNodeValue, type Node } from "jsonc-parser";
import { withDefaults } from "../schema/defaults";
import { experimentSchema } from "../schema/fileSchema";
import { inTextOrder, type Problem } from "../schema/problem";
import type { Experiment } from "../schema/schema";
import { validate } from "../schema/validateExperiment.generated";
import { checkMeaning } from "./semantics";
import { readTree } from "./syntax";
import { keyRange, validateTree } from "./validate";

export interface ParseResult {
  /** Deeply frozen, with all defaults; null when there is an error among the problems. */
  readonly experiment: Experiment | null;
  /** In the order of the text. */
  readonly problems: readonly Problem[];
}

/** {@link parseExperiment} without a look into the sweep, whose every run is read by this. */
export function parsePlain(text: string): ParseResult & { readonly root: Node | null } {
  const { root, problems: textProblems } = readTree(text);
  if (root === null) return { root, experiment: null, problems: inTextOrder(textProblems) };
  const reported = new Set(textProblems.map(({ path }) => JSON.stringify(path)));
  const problems = [...textProblems, ...validateTree(root).filter(({ path }) => !reported.has(JSON.stringify(path)))];
  if (problems.length > 0) return { root, experiment: null, problems: inTextOrder(problems) };

  // The validator has just accepted it, so with its defaults it is an experiment.
  const experiment = deepFreeze(withDefaults(experimentSchema, getNodeValue(root)) as Experiment);
  const meaning = checkMeaning(experiment).map((problem): Problem => {
    // Defaults are harmless, so the value is there; a default that is not would be marked at the whole.
    const { offset, length } =
      problem.code === "missing-key"
        ? keyRange(root, problem.path.slice(0, -1))
        : (findNodeAtLocation(root, [...problem.path]) ?? root);
    return { ...problem, layer: "meaning", severity: "error", range: { offset, length } };
  });
  return meaning.length > 0
    ? { root, experiment: null, problems: inTextOrder(meaning) }
    : { root, experiment, problems: [] };
}

/**
 * What {@link parsePlain} makes of the text of this value; null: it has problems there. Without the text, reading takes
 * half as long.
 */
export function readPlain(value: Readonly<Record<string, unknown>>): Experiment | null {
  if (!validate(value)) return null;
  const experiment = deepFreeze(withDefaults(experimentSchema, value) as Experiment);
  return checkMeaning(experiment).length > 0 ? null : experiment;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
