import { findNodeAtLocation } from "jsonc-parser";
import { entryOf, groupOf, hasFiles, targetsOf } from "../../tables/taskTable";
import type { TableFix, TableProblem } from "../../tables/tableProblem";
import type { JsonPath } from "../schema/jsonSchema";
import type { Problem } from "../schema/problem";
import type { Experiment } from "../schema/schema";
import { problemAt } from "./problemAt";
import { readTree } from "./syntax";

type TableTask = Extract<Experiment["task"], { readonly kind: "csv" }>;

/** What the start of a table has against being read as the experiment says, at the keys that say so. */
export function checkTable(text: string, { task }: Experiment, problems: readonly TableProblem[]): Problem[] {
  if (task.kind !== "csv") return [];
  const { root } = readTree(text);
  const stands = (path: JsonPath): boolean => root !== null && findNodeAtLocation(root, [...path]) !== undefined;
  return problems.map((problem) => {
    const path = pathOf(problem, task);
    return {
      // What the text leaves out is recognized from the file.
      ...problemAt(text, "table", stands(path) ? path : ["task", hasFiles(task) ? "files" : "file"], problem.text),
      severity: problem.severity,
      fixes: problem.fixes.flatMap((fix) => fixAt(fix, path, task)),
    };
  });
}

/** @param path of the entry of the problem's column */
function fixAt(fix: TableFix, path: JsonPath, task: TableTask): NonNullable<Problem["fixes"]> {
  if ("key" in fix) return [{ path: ["task", fix.key], value: fix.value }];
  const isInput = path[1] === "columns" && path.length === 3;
  const isOneTarget = path[1] === "target" && typeof task.target === "string";
  switch (fix.entry) {
    case "remove":
      return isInput && task.columns.length > 1 ? [{ path, isRemoved: true }] : [];
    case "replace":
      // A target is named, and has no kind.
      return isInput || (isOneTarget && typeof fix.value === "string") ? [{ path, value: fix.value }] : [];
    case "format":
      return isInput ? [{ path: [...path, "format"], value: fix.value }] : [];
  }
}

function pathOf({ key, column }: TableProblem, task: TableTask): JsonPath {
  if (key !== "columns") return ["task", key];
  const index = task.columns.findIndex((entry) => entryOf(entry).name === column);
  if (index >= 0) return ["task", "columns", index];
  const isOf = (names: readonly string[]): boolean => column !== null && names.includes(column);
  if (isOf(targetsOf(task))) return ["task", "target"];
  return ["task", isOf(groupOf(task)) ? "group" : column === task.reset ? "reset" : "columns"];
}
