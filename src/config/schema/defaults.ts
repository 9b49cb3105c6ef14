import { isPlainObject, selectBranch, type JsonSchema } from "./jsonSchema";

/**
 * The value with every default of the schema filled in, as a new object with the schema's order of keys.
 * Expects a value that the file schema accepts; what the schema does not know is dropped.
 */
export function withDefaults(schema: JsonSchema, value: unknown): unknown {
  if (value === undefined) return schema.default === undefined ? undefined : withDefaults(schema, schema.default);
  if (schema.anyOf !== undefined) {
    const branch = selectBranch(schema, value);
    return branch === undefined ? value : withDefaults(branch, value);
  }
  if (schema.properties !== undefined && isPlainObject(value)) {
    return Object.fromEntries(
      Object.entries(schema.properties).map(([key, property]) => [key, withDefaults(property, value[key])]),
    );
  }
  const ofEach = schema.patternProperties?.[""];
  if (ofEach !== undefined && isPlainObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withDefaults(ofEach, item)]));
  const { items } = schema;
  if (items !== undefined && Array.isArray(value)) return value.map((item) => withDefaults(items, item));
  // -0 would be another run under the same hash.
  return value === 0 ? 0 : value;
}
