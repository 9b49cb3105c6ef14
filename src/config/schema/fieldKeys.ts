import { experimentSchema } from "./fileSchema";
import type { JsonSchema } from "./jsonSchema";

/** All that may be set, of every branch. */
export function fieldKeys(): string[] {
  const keys = new Set<string>();
  const visit = (schema: JsonSchema, path: readonly string[]): void => {
    if (
      schema.properties === undefined &&
      (schema.anyOf === undefined || schema.discriminator === undefined) &&
      path.length > 0
    )
      keys.add(path.join("."));
    for (const branch of schema.anyOf ?? [schema])
      Object.entries(branch.properties ?? {}).forEach(([key, property]) => visit(property, [...path, key]));
  };
  visit(experimentSchema, []);
  return [...keys];
}
