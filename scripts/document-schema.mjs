// @ts-check
/** The reference of the experiment file, in Markdown, from its JSON Schema. */

/**
 * @typedef {{ title?: string, description?: string, type?: string, const?: unknown, enum?: unknown[], default?: unknown, minimum?: number, maximum?: number,
 *   exclusiveMinimum?: number, exclusiveMaximum?: number, maxLength?: number, properties?: Record<string, Schema>, required?: string[],
 *   anyOf?: Schema[], oneOf?: Schema[], markdownEnumDescriptions?: string[] }} Schema
 */

const HEAD = `# The experiment file

A file that ends in \`.rnn.json\` describes one experiment. It is JSON in UTF-8; comments (\`//\` and \`/* */\`) and trailing commas are allowed.
Whatever is left out has the default below, so \`{}\` is a whole experiment. Unknown and repeated keys are errors, and so are numbers that
do not fit in a 64-bit float.

Besides the ranges below, two rules hold for the whole file: \`trace.sequence\` must be below \`task.sequences\`, and the memory that the
experiment needs must stay below 1 GiB; a file that asks for more is refused with the estimate.

This page is made by \`npm run generate\` from \`src/config/schema.ts\`; so are the completion, the hover texts and the checks in VS Code.
`;

/**
 * @param {Schema} schema
 * @param {(schema: Schema) => string} describeRange what a value may be, in words
 */
export function documentExperimentFile(schema, describeRange) {
  const lines = [HEAD, "## At the top", "", ...table(schema, describeRange)];
  for (const [key, property] of Object.entries(schema.properties ?? {})) lines.push(...section(property, key, 2, describeRange));
  return lines.join("\n").trimEnd() + "\n";
}

/**
 * @param {Schema} schema
 * @param {string} path
 * @param {number} depth
 * @param {(schema: Schema) => string} describeRange
 * @returns {string[]}
 */
function section(schema, path, depth, describeRange) {
  const branches = schema.oneOf ?? schema.anyOf;
  if (branches === undefined && schema.properties === undefined) return [];
  const lines = ["", `${"#".repeat(depth)} \`${path}\``, "", schema.description ?? ""];
  if (branches !== undefined) {
    lines.push("", `Default: \`${JSON.stringify(schema.default)}\`. One of:`);
    for (const branch of branches) lines.push("", `**${branch.title}**: ${branch.description}`, ...(branch.properties === undefined ? [] : ["", ...table(branch, describeRange)]));
    return lines;
  }
  lines.push("", ...table(schema, describeRange));
  for (const [key, property] of Object.entries(schema.properties ?? {})) lines.push(...section(property, `${path}.${key}`, depth + 1, describeRange));
  return lines;
}

/**
 * @param {Schema} schema
 * @param {(schema: Schema) => string} describeRange
 */
function table(schema, describeRange) {
  const rows = Object.entries(schema.properties ?? {}).map(([key, property]) => {
    const cells = [`\`${key}\``, values(property, describeRange), standard(property, schema.required?.includes(key) === true), meaning(property)];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return ["| key | value | default | meaning |", "| --- | --- | --- | --- |", ...rows];
}

/**
 * @param {Schema} schema
 * @param {(schema: Schema) => string} describeRange
 */
function values(schema, describeRange) {
  if (schema.type === "object" && schema.oneOf === undefined) return "object";
  const literal = schema.const !== undefined || schema.enum !== undefined || schema.anyOf !== undefined || schema.oneOf !== undefined;
  return literal ? `\`${describeRange(schema).replaceAll(" or ", "` or `")}\`` : describeRange(schema);
}

/**
 * @param {Schema} schema
 * @param {boolean} required
 */
function standard(schema, required) {
  if (required) return "needed";
  if (schema.default === undefined) return "";
  return schema.properties === undefined ? `\`${JSON.stringify(schema.default)}\`` : "see below";
}

/** @param {Schema} schema */
function meaning(schema) {
  const options = (schema.enum ?? []).map((value, index) => `\`${value}\`: ${schema.markdownEnumDescriptions?.[index] ?? ""}`);
  return [schema.description ?? "", ...options].join(" ");
}
