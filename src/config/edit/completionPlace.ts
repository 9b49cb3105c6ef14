/** Where in an experiment a name is being typed that only its folder knows. */
import { getLocation, getNodeValue, parseTree, type Node } from "jsonc-parser";
import { isPlainObject } from "../schema/jsonSchema";

export type NamePlace =
  | { readonly kind: "data-file"; readonly task: "text" | "csv" | "arrays" }
  /** A pattern for several tables. */
  | { readonly kind: "data-files" }
  | { readonly kind: "weights-file" }
  /** `file` is the table's, or a pattern for several of them; `taken` are columns that are named already. */
  | { readonly kind: "column"; readonly file: string; readonly isPattern: boolean; readonly taken: readonly string[] };

/** What is replaced: the whole string with its quotes; nothing of it where none was begun. */
export interface PlaceInText {
  readonly place: NamePlace;
  readonly offset: number;
  readonly length: number;
}

/** Longest text that is looked into while someone types. */
const MAX_TEXT_LENGTH = 100_000;

/** Null where no name of a file or column is expected. The text may be half written. */
export function namePlaceAt(text: string, offset: number): PlaceInText | null {
  if (text.length > MAX_TEXT_LENGTH) return null;
  const { path, previousNode, isAtPropertyKey } = getLocation(text, offset);
  if (isAtPropertyKey) return null;
  const root = parseTree(text);
  const value: unknown = root === undefined ? {} : getNodeValue(root);
  const task = isPlainObject(value) && isPlainObject(value["task"]) ? value["task"] : {};
  const place = placeOf(path.join("."), task);
  if (place === null) return null;
  const node: Node | undefined =
    previousNode?.type === "string" &&
    previousNode.offset < offset &&
    offset <= previousNode.offset + previousNode.length
      ? previousNode
      : undefined;
  return { place, offset: node?.offset ?? offset, length: node?.length ?? 0 };
}

function placeOf(path: string, task: Readonly<Record<string, unknown>>): NamePlace | null {
  const { kind, columns } = task;
  if (path === "model.init.file") return { kind: "weights-file" };
  if (path === "task.file" && (kind === "text" || kind === "csv")) return { kind: "data-file", task: kind };
  if ((path === "task.file" || path === "task.validation") && kind === "arrays")
    return { kind: "data-file", task: kind };
  if (kind !== "csv") return null;
  if (path === "task.files") return { kind: "data-files" };
  if (path === "task.labels") return { kind: "data-file", task: kind };
  const isLabel = /^task\.(target(\.\d+)?|split)$/.test(path);
  const table = tableOf(task, isLabel);
  if (table === null) return null;
  if (isLabel || /^task\.(group|reset)(\.\d+)?$/.test(path)) return { kind: "column", ...table, taken: [] };
  const named: readonly unknown[] = Array.isArray(columns) ? columns : [];
  return /^task\.columns\.\d+(\.name)?$/.test(path)
    ? { kind: "column", ...table, taken: named.filter((name) => typeof name === "string") }
    : null;
}

/** The table that has the columns. */
function tableOf(
  { file, files, labels }: Readonly<Record<string, unknown>>,
  isLabel: boolean,
): { readonly file: string; readonly isPattern: boolean } | null {
  if (isLabel && typeof labels === "string" && labels !== "") return { file: labels, isPattern: false };
  if (typeof files === "string" && files !== "") return { file: files, isPattern: true };
  return typeof file === "string" ? { file, isPattern: false } : null;
}
