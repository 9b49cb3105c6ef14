import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import { describe, expect, test } from "vitest";
import { documentExperimentFile } from "../../../scripts/document-schema";
import { withDefaults } from "../../../src/config/defaults";
import { createFileSchema, experimentSchema } from "../../../src/config/fileSchema";
import type { JsonSchema } from "../../../src/config/jsonSchema";
import { newExperimentText } from "../../../src/config/newExperiment";
import { positionAt } from "../../../src/config/position";
import { experimentOf } from "./support";

function collectSchemas(schema: JsonSchema, path: string): (readonly [string, JsonSchema])[] {
  const children = [...Object.entries(schema.properties ?? {}), ...(schema.anyOf ?? []).map((branch, index) => [`<${index}>`, branch] as const)];
  return [[path, schema], ...children.flatMap(([key, child]) => collectSchemas(child, `${path}.${key}`))];
}

describe("every value of the schema", () => {
  const all = collectSchemas(experimentSchema, "");
  test("has a title and a description that ends like a sentence", () => {
    expect(all.filter(([, { title, description }]) => title === undefined || !/[.:)`]$/.test(description ?? "")).map(([path]) => path)).toEqual([]);
  });
  test("has limits if it is a number, and a default that is allowed", () => {
    for (const [path, schema] of all.filter(([, { type, const: only }]) => (type === "number" || type === "integer") && only === undefined)) {
      expect([path, schema.minimum ?? schema.exclusiveMinimum, schema.maximum ?? schema.exclusiveMaximum].filter((value) => value === undefined)).toEqual([]);
    }
    const ajv = new Ajv({ strict: false });
    for (const [path, schema] of all.filter(([, { default: standard }]) => standard !== undefined)) {
      expect([path, ajv.validate(JSON.parse(JSON.stringify(schema)) as object, withDefaults(schema, undefined))]).toEqual([path, true]);
    }
  });
  test("explains each of its choices", () => {
    for (const [path, schema] of all) if (schema.enum !== undefined) expect([path, schema.enumDescriptions?.length]).toEqual([path, schema.enum.length]);
  });
  test("refuses unknown keys where it is an object", () => {
    expect(all.filter(([, { properties, additionalProperties }]) => properties !== undefined && additionalProperties !== false).map(([path]) => path)).toEqual([]);
  });
});

test("the schema for VS Code is JSON Schema draft-07 with hover texts and completions", () => {
  const schema = createFileSchema();
  expect(new Ajv({ strict: false, discriminator: true }).validateSchema(schema)).toBe(true);
  expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
  expect(schema.properties?.["seed"]?.markdownDescription).toContain("Seed");
  const optimizer = schema.properties?.["training"]?.properties?.["optimizer"];
  expect(optimizer?.defaultSnippets?.map(({ body }) => body)).toEqual(expect.arrayContaining([{ kind: "rprop", etaPlus: 1.2, etaMinus: 0.5, initialStep: 0.001 }, { kind: "sgd", learningRate: 0.001, weightDecay: 0 }]));
});

test("docs/experiment-file.md is up to date (npm run generate)", () => {
  const file = fileURLToPath(new URL("../../../docs/experiment-file.md", import.meta.url));
  expect(readFileSync(file, "utf8")).toBe(documentExperimentFile(JSON.parse(JSON.stringify(createFileSchema())) as JsonSchema));
});

test("a new experiment is the default one, under any name", () => {
  for (const name of ["Mine", "", 'quo"te', "*/ // {", "\u202E"]) expect(experimentOf(newExperimentText(name))).toEqual({ ...experimentOf("{}"), name });
});

test("positions are counted from 1, with any line ends", () => {
  const text = "ab\ncd\r\nef\rgh";
  expect([0, 2, 3, 5, 7, 10, 12, 99].map((offset) => Object.values(positionAt(text, offset)).join(":"))).toEqual(["1:1", "1:3", "2:1", "2:3", "3:1", "4:1", "4:3", "4:3"]);
});
