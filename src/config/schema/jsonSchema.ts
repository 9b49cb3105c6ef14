/** The part of JSON Schema that the experiment's schema uses, and how to walk it. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  /** Of a map: the schema of every value, under the pattern "". */
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  /** The property whose constant tells the branches of a union apart. */
  readonly discriminator?: { readonly propertyName: string };
  readonly enumDescriptions?: readonly string[];
  /** How a person steps through its values; steps.ts says which there are. */
  readonly step?: "1-2-5" | "nines" | number;
  /** Keywords of VS Code's JSON support. */
  readonly markdownDescription?: string;
  readonly markdownEnumDescriptions?: readonly string[];
  readonly defaultSnippets?: readonly {
    readonly label: string;
    readonly description?: string;
    readonly markdownDescription?: string;
    readonly body: unknown;
  }[];
  readonly allowTrailingCommas?: boolean;
}

/** What a new value has for a key that has no default, or none that means something: its example, where it has one. */
export function starterOf({ default: standard, examples }: JsonSchema): unknown {
  return standard === undefined || standard === "" ? examples?.[0] : undefined;
}

export type JsonPath = readonly (string | number)[];

/**
 * Of a value that is a number, a range or a word, such as a sequence length, the number: what ranges, steps and sliders
 * go by. Others as they are.
 */
export function numericBranch(schema: JsonSchema | undefined): JsonSchema | undefined {
  const isNumeric = ({ type }: JsonSchema): boolean => type === "number" || type === "integer";
  const isOther = (branch: JsonSchema): boolean => branch.type === "array" || typeof branch.const === "string";
  const branches = schema?.anyOf ?? [];
  return branches.every((branch) => isNumeric(branch) || isOther(branch))
    ? (branches.find(isNumeric) ?? schema)
    : schema;
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The branch of a union that a value means, judged by its discriminator or else by its keys, a list by being one;
 * undefined when none fits.
 */
export function selectBranch(union: JsonSchema, value: unknown): JsonSchema | undefined {
  const branches = union.anyOf ?? union.oneOf ?? [];
  if (value === null) return branches.find((branch) => branch.type === "null");
  if (Array.isArray(value)) return branches.find((branch) => branch.type === "array");
  if (!isPlainObject(value)) return undefined;
  const tag = union.discriminator?.propertyName;
  if (tag !== undefined) return branches.find((branch) => branch.properties?.[tag]?.const === value[tag]);
  const objects = branches.filter(({ properties }) => properties !== undefined);
  return objects.length === 1
    ? objects[0]
    : objects.find(({ properties }) => Object.keys(properties ?? {}).some((key) => key in value));
}

/**
 * The schema of the value at `path`; with `value`, unions are followed into the branch that it means, else into any
 * that has the key.
 */
export function schemaAt(schema: JsonSchema, path: JsonPath, value?: unknown): JsonSchema | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const branches = schema.anyOf ?? schema.oneOf;
  const candidates = branches === undefined ? [schema] : value === undefined ? branches : [selectBranch(schema, value)];
  const child = isPlainObject(value) ? value[key] : Array.isArray(value) ? value[Number(key)] : undefined;
  for (const candidate of candidates) {
    if (candidate?.items !== undefined) return schemaAt(candidate.items, rest, child);
    const property = candidate?.properties?.[key] ?? candidate?.patternProperties?.[""];
    if (property !== undefined) return schemaAt(property, rest, child);
  }
  return undefined;
}
