import { withValue, withoutValue, editBetween, type TextEdit } from "./edit";
import { experimentSchema } from "../schema/fileSchema";
import { isPlainObject, schemaAt, starterOf, type JsonPath } from "../schema/jsonSchema";
import { getNodeValue } from "jsonc-parser";
import { readTree } from "../read/syntax";

/**
 * The smallest edit that gives the experiment `value` at `path`; none when it has it already, null when the text is not
 * an object. Choosing another kind of task, optimizer or clip also removes the keys of the former one, and writes an
 * example of what the new one cannot do without.
 */
export function setValue(text: string, path: JsonPath, value: unknown): TextEdit[] | null {
  const after = textWithField(text, path, value);
  return after === null ? null : editBetween(text, after);
}

/** The smallest edit that removes the value at `path`, so that its default holds. */
export function removeValue(text: string, path: JsonPath): TextEdit[] | null {
  const after = withoutValue(text, path);
  return after === null ? null : editBetween(text, after);
}

export function textWithField(text: string, path: JsonPath, value: unknown): string | null {
  const key = String(path.at(-1));
  const parentPath = path.slice(0, -1);
  const union = schemaAt(experimentSchema, parentPath);
  const tag = union?.discriminator?.propertyName;
  const present = valueIn(text, parentPath);
  // A union that the file leaves out is written with the kind that held by default.
  if (tag !== undefined && tag !== key && present === undefined && isPlainObject(union?.default)) {
    return withValue(text, parentPath, { [tag]: union.default[tag], [key]: value });
  }
  let after = withValue(text, path, value);
  const former = present ?? {};
  if (union?.anyOf === undefined || !isPlainObject(former)) return after;
  const switches = tag === undefined || tag === key;
  const branch = union.anyOf.find(({ properties }) =>
    tag === key ? properties?.[key]?.const === value : properties?.[key] !== undefined,
  );
  if (!switches || branch === undefined) return after;
  for (const other of Object.keys(former)) {
    // Only what another branch knows: a key that none knows is an error to be shown, not ours to delete.
    const known = union.anyOf.some(({ properties }) => properties?.[other] !== undefined);
    if (after !== null && known && branch.properties?.[other] === undefined)
      after = withoutValue(after, [...parentPath, other]);
  }
  for (const [needed, property] of Object.entries(branch.properties ?? {})) {
    const isMissing = needed !== key && former[needed] === undefined;
    const starter = starterOf(property);
    if (after !== null && isMissing && starter !== undefined)
      after = withValue(after, [...parentPath, needed], starter);
  }
  return after;
}

function valueIn(text: string, path: JsonPath): unknown {
  const { root } = readTree(text);
  let value: unknown = root === null ? undefined : getNodeValue(root);
  for (const key of path) value = isPlainObject(value) ? value[key] : undefined;
  return value;
}
