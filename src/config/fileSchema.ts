/**
 * The JSON Schema (draft-07) of the experiment *file*, derived from the resolved schema: what has a default may be
 * left out. The validator is generated from it and VS Code completes, explains and checks with it.
 */
import { ExperimentSchema } from "./schema";
import { withDefaults } from "./defaults";
import type { JsonSchema } from "./jsonSchema";

/** The resolved schema as plain JSON Schema, for the code that walks it. */
export const experimentSchema: JsonSchema = ExperimentSchema;

export function createFileSchema(): JsonSchema {
  const root = convert(experimentSchema);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    ...root,
    allowTrailingCommas: true,
    properties: { $schema: { type: "string", description: "Address of a JSON Schema, for editors. It is not read." }, ...root.properties },
  };
}

function convert(schema: JsonSchema): JsonSchema {
  const { anyOf, properties, patternProperties, required: _required, discriminator, enumDescriptions, description, ...rest } = schema;
  const converted: { -readonly [K in keyof JsonSchema]: JsonSchema[K] } = rest;
  if (description !== undefined) {
    converted.description = description;
    converted.markdownDescription = description;
  }
  if (enumDescriptions !== undefined) converted.markdownEnumDescriptions = enumDescriptions;
  if (properties !== undefined) {
    const entries = Object.entries(properties);
    converted.properties = Object.fromEntries(entries.map(([key, property]) => [key, convert(property)]));
    const required = entries.filter(([, property]) => property.default === undefined).map(([key]) => key);
    if (required.length > 0) converted.required = required;
  }
  const ofEach = patternProperties?.[""];
  if (ofEach !== undefined) converted.patternProperties = { "": convert(ofEach) };
  if (anyOf !== undefined) {
    const branches = anyOf.map(convert);
    if (discriminator === undefined) converted.anyOf = branches;
    else Object.assign(converted, { type: "object", oneOf: branches, discriminator });
    converted.defaultSnippets = anyOf.filter(({ type, properties: of }) => type === "null" || of !== undefined).map((branch) => ({ label: branch.title ?? "", description: branch.description ?? "", body: snippet(branch) }));
  } else if (properties !== undefined && schema.default !== undefined) {
    converted.defaultSnippets = [{ label: "{ … }", description: "With all defaults", body: withDefaults(schema, {}) }];
  }
  return converted;
}

/** A value to complete with: defaults, and a placeholder where there is none. */
function snippet(branch: JsonSchema): unknown {
  if (branch.type === "null") return null;
  const entries = Object.entries(branch.properties ?? {});
  return Object.fromEntries(entries.map(([key, property]) => [key, property.const ?? property.default ?? "^${1:1}"]));
}
