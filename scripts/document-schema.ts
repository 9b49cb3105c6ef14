/** The reference of the experiment file, in Markdown, from its JSON Schema. */
import type { JsonSchema } from "../src/config/schema/jsonSchema";
import { describeRange } from "../src/config/schema/ranges";

const HEAD = `# The experiment file

A file that ends in \`.rnn.json\` describes one experiment. It is JSON in UTF-8; comments (\`//\` and \`/* */\`) and trailing commas are allowed.
Whatever is left out has the default below, so \`{}\` is a whole experiment. Unknown and repeated keys are errors, and so are numbers that
do not fit in a 64-bit float.

Besides the ranges below, two rules hold for the whole file: \`trace.sequence\` must be below \`task.sequences\`, and the memory that the
experiment needs must stay below 1 GiB; a file that asks for more is refused with the estimate.

This page is made by \`npm run generate\` from \`src/config/schema/schema.ts\`; so are the completion, the hover texts and the checks in VS Code.
`;

export function documentExperimentFile(schema: JsonSchema): string {
  const lines = [HEAD, "## At the top", "", ...table(schema)];
  for (const [key, property] of Object.entries(schema.properties ?? {})) lines.push(...section(property, key, 2));
  return lines.join("\n").trimEnd() + "\n";
}

function section(schema: JsonSchema, path: string, depth: number): string[] {
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches === undefined && schema.properties === undefined && schema.patternProperties === undefined) return [];
  const lines = ["", `${"#".repeat(depth)} \`${path}\``, "", schema.description ?? ""];
  if (branches !== undefined) {
    lines.push("", `Default: \`${JSON.stringify(schema.default)}\`. One of:`);
    for (const branch of branches) {
      lines.push(
        "",
        `**${branch.title}**: ${branch.description}`,
        ...(branch.properties === undefined ? [] : ["", ...table(branch)]),
      );
      for (const [key, property] of Object.entries(branch.properties ?? {}))
        if (isStructured(property)) lines.push(...section(property, `${path}.${key}`, depth + 1));
    }
    return lines;
  }
  const each = schema.patternProperties?.[""];
  if (each !== undefined) {
    lines.push(
      "",
      ...(each.anyOf ?? [each])
        .flatMap((branch) => [
          "",
          `**${branch.title}**: ${branch.description}`,
          ...(branch.properties === undefined ? [] : ["", ...table(branch)]),
        ])
        .slice(1),
    );
    return lines;
  }
  lines.push("", ...table(schema));
  for (const [key, property] of Object.entries(schema.properties ?? {}))
    lines.push(...section(property, `${path}.${key}`, depth + 1));
  return lines;
}

/** Has a section of its own; the alternatives of a number or word are told in its row. */
function isStructured({ patternProperties, oneOf, anyOf }: JsonSchema): boolean {
  return (
    patternProperties !== undefined ||
    [...(oneOf ?? []), ...(anyOf ?? [])].some(({ properties }) => properties !== undefined)
  );
}

function table(schema: JsonSchema): string[] {
  const rows = Object.entries(schema.properties ?? {}).map(([key, property]) => {
    const cells = [
      `\`${key}\``,
      values(property),
      standard(property, schema.required?.includes(key) === true),
      meaning(property),
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return ["| key | value | default | meaning |", "| --- | --- | --- | --- |", ...rows];
}

function values(schema: JsonSchema): string {
  if (schema.type === "object" && schema.oneOf === undefined) return "object";
  const literal =
    schema.const !== undefined || schema.enum !== undefined || schema.anyOf !== undefined || schema.oneOf !== undefined;
  return literal ? `\`${describeRange(schema).replaceAll(" or ", "` or `")}\`` : describeRange(schema);
}

function standard(schema: JsonSchema, required: boolean): string {
  if (required) return "needed";
  if (schema.default === undefined) return "";
  return schema.properties === undefined ? `\`${JSON.stringify(schema.default)}\`` : "see below";
}

function meaning(schema: JsonSchema): string {
  const options = (schema.enum ?? []).map(
    (value, index) => `\`${value}\`: ${schema.markdownEnumDescriptions?.[index] ?? ""}`,
  );
  return [schema.description ?? "", ...options].join(" ");
}
