import { findNodeAtLocation } from "jsonc-parser";
import type { JsonPath } from "../schema/jsonSchema";
import type { Problem, ProblemCode } from "../schema/problem";
import { readTree } from "./syntax";

/**
 * A problem that is found outside the text, at the value that causes it; where the text leaves that out, at the nearest
 * value around it.
 */
export function problemAt(text: string, code: ProblemCode, path: JsonPath, message: string): Problem {
  const { root } = readTree(text);
  let range = { offset: 0, length: 0 };
  for (let depth = 0; root !== null && depth <= path.length; depth++) {
    const node = findNodeAtLocation(root, path.slice(0, depth) as (string | number)[]);
    if (node !== undefined) range = { offset: node.offset, length: node.length };
  }
  return { code, layer: "meaning", severity: "error", message, path, range };
}
