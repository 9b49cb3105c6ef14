/** Steps the value at a place in the text up or down: numbers by the steps of the schema, words to the next choice. */
import { findNodeAtOffset, getNodePath, getNodeValue, type Node } from "jsonc-parser";
import { editBetween, type TextEdit } from "./edit";
import { textWithField } from "./editField";
import { experimentSchema } from "../schema/fileSchema";
import { schemaAt, type JsonPath, type JsonSchema } from "../schema/jsonSchema";
import { parseExperiment } from "../read/parse";
import { nextStep } from "./steps";
import { readTree } from "../read/syntax";

/**
 * The edits that step the value at `offset`, or else the first one after it on its line. None where there is nothing to
 * step, at the end of a range, and where the experiment would no longer be one.
 */
export function nudge(text: string, offset: number, direction: 1 | -1): TextEdit[] {
  const { root } = readTree(text);
  if (root === null) return [];
  const node = steppableAt(text, root, offset);
  if (node === null) return [];
  const after = stepped(text, root, node, direction);
  if (after === null) return [];
  const spoils = parseExperiment(text).experiment !== null && parseExperiment(after).experiment === null;
  return spoils ? [] : editBetween(text, after);
}

function stepped(text: string, root: Node, node: Node, direction: 1 | -1): string | null {
  const path = getNodePath(node);
  const schema = schemaFor(path, getNodeValue(root));
  const value: unknown = node.value;
  if (typeof value === "number") {
    const next = nextStep(numeric(schema), value, direction);
    return next === null ? null : text.slice(0, node.offset) + String(next) + text.slice(node.offset + node.length);
  }
  const choices = choicesFor(path, schema);
  const at = choices.indexOf(value);
  const next = choices[at + direction];
  return at < 0 || next === undefined ? null : textWithField(text, path, next);
}

/** The value under the offset, its ends included; else the next one on the line. */
function steppableAt(text: string, root: Node, offset: number): Node | null {
  const under = findNodeAtOffset(root, offset, true);
  if (under !== undefined && isSteppable(under)) return under;
  const lineEnd = /\r|\n|$/.exec(text.slice(offset))?.index ?? 0;
  let nearest: Node | null = null;
  const visit = (node: Node): void => {
    if (
      isSteppable(node) &&
      node.offset >= offset &&
      node.offset < offset + lineEnd &&
      (nearest === null || node.offset < nearest.offset)
    )
      nearest = node;
    node.children?.forEach(visit);
  };
  visit(root);
  return nearest;
}

function isSteppable(node: Node): boolean {
  const isKey = node.parent?.type === "property" && node.parent.children?.[0] === node;
  return !isKey && (node.type === "number" || node.type === "string" || node.type === "boolean");
}

/** In `sweep.parameters` a number is one of the value that the key names. */
function schemaFor(path: JsonPath, file: unknown): JsonSchema | undefined {
  const isSwept =
    path[0] === "sweep" && path[1] === "parameters" && path.length > 3 && path[3] !== "count" && path[3] !== "scale";
  return isSwept ? schemaAt(experimentSchema, String(path[2]).split(".")) : schemaAt(experimentSchema, path, file);
}

/** Of a word or a number the number. */
function numeric(schema: JsonSchema | undefined): JsonSchema | undefined {
  return schema?.anyOf?.find(({ type }) => type === "integer" || type === "number") ?? schema;
}

function choicesFor(path: JsonPath, schema: JsonSchema | undefined): readonly unknown[] {
  const union = schemaAt(experimentSchema, path.slice(0, -1));
  if (union?.discriminator?.propertyName === path.at(-1))
    return (union?.anyOf ?? []).flatMap((branch) => branch.properties?.[String(path.at(-1))]?.const ?? []);
  return schema?.enum ?? (schema?.type === "boolean" ? [false, true] : []);
}
