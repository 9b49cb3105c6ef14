import { findNodeAtLocation } from "jsonc-parser";
import { entryOf, groupOf, targetsOf } from "../../tables/taskTable";
import type { TableProblem } from "../../tables/tableProblem";
import type { JsonPath } from "../schema/jsonSchema";
import type { Problem } from "../schema/problem";
import type { Experiment } from "../schema/schema";
import { problemAt } from "./problemAt";
import { readTree } from "./syntax";

/** What the start of a table has against being read as the experiment says, at the keys that say so. */
export function checkTable(text: string, { task }: Experiment, problems: readonly TableProblem[]): Problem[] {
  if (task.kind !== "csv") return [];
  const { root } = readTree(text);
  const stands = (path: JsonPath): boolean => root !== null && findNodeAtLocation(root, [...path]) !== undefined;
  return problems.map((problem) => {
    const path = pathOf(problem, task);
    return {
      // What the text leaves out is recognized from the file.
      ...problemAt(text, "table", stands(path) ? path : ["task", "file"], problem.text),
      severity: problem.severity,
      fixes: problem.fixes.map(({ key, value }) => ({ path: ["task", key], value })),
    };
  });
}

function pathOf({ key, column }: TableProblem, task: Extract<Experiment["task"], { kind: "csv" }>): JsonPath {
  if (key !== "columns") return ["task", key];
  const index = task.columns.findIndex((entry) => entryOf(entry).name === column);
  if (index >= 0) return ["task", "columns", index];
  const isOf = (names: readonly string[]): boolean => column !== null && names.includes(column);
  return ["task", isOf(targetsOf(task)) ? "target" : isOf(groupOf(task)) ? "group" : "columns"];
}
