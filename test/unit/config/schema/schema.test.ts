import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import { describe, expect, test } from "vitest";
import { documentExperimentFile } from "../../../../scripts/document-schema";
import { withDefaults } from "../../../../src/config/schema/defaults";
import { createEditorSchema } from "../../../../src/config/schema/editorSchema";
import { createFileSchema, experimentSchema } from "../../../../src/config/schema/fileSchema";
import type { JsonSchema } from "../../../../src/config/schema/jsonSchema";
import { newExperimentText } from "../../../../src/config/edit/newExperiment";
import { parseExperiment } from "../../../../src/config/read/parse";
import { positionAt } from "../../../../src/config/read/position";
import { experimentOf } from "../support";

function collectSchemas(schema: JsonSchema, path: string): (readonly [string, JsonSchema])[] {
  const children = [
    ...Object.entries(schema.properties ?? {}),
    ...(schema.anyOf ?? []).map((branch, index) => [`<${index}>`, branch] as const),
  ];
  return [[path, schema], ...children.flatMap(([key, child]) => collectSchemas(child, `${path}.${key}`))];
}

describe("every value of the schema", () => {
  const all = collectSchemas(experimentSchema, "");
  test("has a title and a description that ends like a sentence", () => {
    expect(
      all
        .filter(([, { title, description }]) => title === undefined || !/[.:)`]$/.test(description ?? ""))
        .map(([path]) => path),
    ).toEqual([]);
  });
  test("gives a sentence of advice beside its meaning", () => {
    const isName = (path: string) => path.endsWith(".kind") || path === "" || path.startsWith(".sweep");
    const short = all.filter(
      ([path, { properties, description = "" }]) =>
        !isName(path) && properties === undefined && !/[.)`?:] [A-Z0-9"`]/.test(description),
    );
    // Branches of a union of words and numbers say what the whole says.
    expect(short.map(([path]) => path).filter((path) => !/<\d>$/.test(path))).toEqual([]);
  });
  test("has limits if it is a number, and a default that is allowed", () => {
    for (const [path, schema] of all.filter(
      ([, { type, const: only }]) => (type === "number" || type === "integer") && only === undefined,
    )) {
      expect(
        [path, schema.minimum ?? schema.exclusiveMinimum, schema.maximum ?? schema.exclusiveMaximum].filter(
          (value) => value === undefined,
        ),
      ).toEqual([]);
    }
    const ajv = new Ajv({ strict: false });
    for (const [path, schema] of all.filter(([, { default: standard }]) => standard !== undefined)) {
      expect([
        path,
        ajv.validate(JSON.parse(JSON.stringify(schema)) as object, withDefaults(schema, undefined)),
      ]).toEqual([path, true]);
    }
  });
  test("explains each of its choices", () => {
    for (const [path, schema] of all)
      if (schema.enum !== undefined)
        expect([path, schema.enumDescriptions?.length]).toEqual([path, schema.enum.length]);
  });
  test("refuses unknown keys where it is an object", () => {
    expect(
      all
        .filter(
          ([, { properties, additionalProperties }]) => properties !== undefined && additionalProperties !== false,
        )
        .map(([path]) => path),
    ).toEqual([]);
  });
});

describe("the schema for VS Code", () => {
  const schema = createEditorSchema();
  const validate = new Ajv({ strict: false }).compile(JSON.parse(JSON.stringify(schema)) as object);

  test("is JSON Schema draft-07", () => {
    expect(new Ajv({ strict: false }).validateSchema(schema)).toBe(true);
    expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
  });
  test("tells of each key and choice the meaning, the range and the default", () => {
    expect(schema.properties?.["seed"]?.markdownDescription).toBe(
      `${experimentSchema.properties?.["seed"]?.description}\n\nWhole number, 0 to 4,294,967,295. Default: \`1\`.`,
    );
    expect(schema.properties?.["model"]?.properties?.["cell"]?.markdownDescription).toMatch(
      /"linear" or "rnn" or "lstm" or "gru"[^.]*\. Default: `"linear"`\.$/,
    );
  });
  test("completes tasks, cells, optimizers and whole experiments that are right as they come", () => {
    const training = schema.properties?.["training"];
    expect(training?.properties?.["optimizer"]?.defaultSnippets?.map(({ label }) => label)).toContain("adam");
    const asText = (body: unknown): string =>
      JSON.stringify(body)
        .replaceAll(/"\^\$\{\d+:([^}]*)\}"/g, "$1")
        .replaceAll(/\$\{\d+:([^}]*)\}/g, "$1");
    for (const key of ["task", "model"])
      for (const { body } of schema.properties?.[key]?.defaultSnippets ?? [])
        experimentOf(`{ "${key}": ${asText(body)} }`);
    for (const key of ["optimizer", "schedule", "clip"])
      for (const { body } of training?.properties?.[key]?.defaultSnippets ?? [])
        experimentOf(`{ "training": { "${key}": ${asText(body)} } }`);
    const sweeps = schema.properties?.["sweep"]?.defaultSnippets ?? [];
    for (const { body } of sweeps) experimentOf(`{ "sweep": ${asText(body)} }`);
    const [first] = [...sweeps].sort((a, b) => a.label.localeCompare(b.label));
    expect(first?.body).toMatchObject({
      parameters: { "${1:model.cell}": ["${2:rnn}", "${3:lstm}"] },
      goal: "^${5:null}",
    });
    expect(schema.defaultSnippets?.length).toBeGreaterThan(3);
    for (const { body } of schema.defaultSnippets ?? []) experimentOf(asText(body));
  });
  test.each([
    '{ "sed": 1 }',
    '{ "seed": -1 }',
    '{ "task": {} }',
    '{ "task": { "kind": "text" } }',
    '{ "task": { "kind": "csv", "file": "", "columns": [] } }',
    '{ "training": { "clip": { "norm": 1, "value": 1 } } }',
    '{ "training": { "clip": { "norm": 0 } } }',
  ])("leaves to us, who say more: %s", (text) =>
    expect([validate(JSON.parse(text)), parseExperiment(text).problems.length > 0]).toEqual([true, true]),
  );
  test.each([
    '{ "seed": "1" }',
    '{ "seed": 1.5 }',
    '{ "model": { "cell": "ltsm" } }',
    '{ "task": { "kind": "x" } }',
    '{ "training": { "clip": 5 } }',
    '{ "training": { "batchSize": 0 } }',
    "[]",
  ])("marks what we leave to it: %s", (text) => expect(validate(JSON.parse(text))).toBe(false));
});

test("docs/experiment-file.md is up to date (npm run generate)", () => {
  const file = fileURLToPath(new URL("../../../../docs/experiment-file.md", import.meta.url));
  expect(readFileSync(file, "utf8")).toBe(
    documentExperimentFile(JSON.parse(JSON.stringify(createFileSchema())) as JsonSchema),
  );
});

test("a new experiment is the default one, under any name", () => {
  for (const name of ["Mine", "", 'quo"te', "*/ // {", "\u202E"])
    expect(experimentOf(newExperimentText(name))).toEqual({ ...experimentOf("{}"), name });
});

test("positions are counted from 1, with any line ends", () => {
  const text = "ab\ncd\r\nef\rgh";
  expect([0, 2, 3, 5, 7, 10, 12, 99].map((offset) => Object.values(positionAt(text, offset)).join(":"))).toEqual([
    "1:1",
    "1:3",
    "2:1",
    "2:3",
    "3:1",
    "4:1",
    "4:3",
    "4:3",
  ]);
});
