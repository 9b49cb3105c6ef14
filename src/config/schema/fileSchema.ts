/**
 * The JSON Schema (draft-07) of the experiment *file*, derived from the resolved schema: a key that has a default
 * is optional. The validator is generated from it, and editorSchema.ts turns it into the schema that VS Code completes
 * and explains with.
 */
import * as l10n from "@vscode/l10n";
import { ExperimentSchema } from "./schema";
import type { JsonSchema } from "./jsonSchema";

/** The resolved schema as plain JSON Schema, for the code that walks it. */
export const experimentSchema: JsonSchema = ExperimentSchema;

export function createFileSchema(): JsonSchema {
  const root = convert(experimentSchema);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    ...root,
    allowTrailingCommas: true,
    properties: {
      $schema: { type: "string", description: l10n.t("URL of a JSON Schema, for editors. RNN Lab ignores it.") },
      ...root.properties,
    },
  };
}

function convert(schema: JsonSchema): JsonSchema {
  const {
    anyOf,
    properties,
    patternProperties,
    items,
    required: _required,
    step: _step,
    discriminator,
    enumDescriptions,
    description,
    ...rest
  } = schema;
  const converted: { -readonly [K in keyof JsonSchema]: JsonSchema[K] } = rest;
  if (description !== undefined) converted.description = description;
  if (enumDescriptions !== undefined) converted.markdownEnumDescriptions = enumDescriptions;
  if (properties !== undefined) {
    const entries = Object.entries(properties);
    converted.properties = Object.fromEntries(entries.map(([key, property]) => [key, convert(property)]));
    const required = entries.filter(([, property]) => property.default === undefined).map(([key]) => key);
    if (required.length > 0) converted.required = required;
  }
  const ofEach = patternProperties?.[""];
  if (ofEach !== undefined) converted.patternProperties = { "": convert(ofEach) };
  if (items !== undefined) converted.items = convert(items);
  if (anyOf !== undefined) {
    const branches = anyOf.map(convert);
    if (discriminator === undefined) converted.anyOf = branches;
    else Object.assign(converted, { type: "object", oneOf: branches, discriminator });
  }
  return converted;
}
