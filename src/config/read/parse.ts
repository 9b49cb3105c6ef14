import { getNodeValue } from "jsonc-parser";
import { isPlainObject } from "../schema/jsonSchema";
import { parsePlain, type ParseResult } from "./parsePlain";
import { inTextOrder } from "../schema/problem";
import { checkSweep } from "./sweepCheck";

export type { ParseResult };

/** Reads an experiment file. Never throws, whatever the text. */
export function parseExperiment(text: string): ParseResult {
  const { root, experiment, problems } = parsePlain(text);
  if (experiment === null || root === null) return { experiment: null, problems };
  const file: unknown = getNodeValue(root);
  return { experiment, problems: isPlainObject(file) ? inTextOrder(checkSweep(root, file, experiment)) : [] };
}
