import { findNodeAtLocation } from "jsonc-parser";
import type { JsonPath } from "../schema/jsonSchema";
import type { TextRange } from "../schema/problem";
import { readTree } from "./syntax";

/**
 * The value at `path`. Where the text leaves it out, the key of the nearest value around it; for the root its opening
 * bracket.
 */
export function valueRange(text: string, path: JsonPath): TextRange {
  const { root } = readTree(text);
  if (root === null) return { offset: 0, length: 0 };
  const exact = findNodeAtLocation(root, [...path]);
  if (exact !== undefined) return { offset: exact.offset, length: exact.length };
  for (let depth = path.length - 1; depth > 0; depth--) {
    const key = findNodeAtLocation(root, path.slice(0, depth))?.parent?.children?.[0];
    if (key !== undefined) return { offset: key.offset, length: key.length };
  }
  return { offset: root.offset, length: 1 };
}
