import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { collectSettings, quoteCommand, shellOf } from "../../../../src/config/compare/commandLine";
import { findField } from "../../../../src/config/edit/fields";
import { textWithField } from "../../../../src/config/edit/editField";
import { configHash } from "../../../../src/config/compare/hash";
import { experimentOf } from "../support";

/** As the program in the terminal applies them. */
function withSettings(text: string, settings: readonly string[]): string {
  return settings.reduce((current, setting) => {
    const equals = setting.indexOf("=");
    const field = findField(current, setting.slice(0, equals));
    const checked = field?.check(setting.slice(equals + 1));
    if (field === undefined || checked === undefined || "error" in checked)
      throw new Error(`${setting}: ${JSON.stringify(checked)}`);
    return textWithField(current, field.path, checked.value) ?? current;
  }, text);
}

test.each([
  ["{}", '{ "training": { "iterations": 9 } }', ["training.iterations=9"]],
  ["{}", '{ "training": { "optimizer": { "kind": "adam", "learningRate": 0.02 }, "clip": { "norm": 2 } } }', undefined],
  ['{ "training": { "clip": { "norm": 2 } } }', "{}", ["training.clip=null"]],
  ['{ "training": { "clip": { "norm": 2 } } }', '{ "training": { "clip": { "value": 3 } } }', undefined],
  ["{}", '{ "task": { "kind": "csv", "file": "a b.csv", "columns": ["x", "y z"], "target": "x" } }', undefined],
  [
    "{}",
    '{ "model": { "cell": "lstm", "hiddenSize": 3, "bias": false, "init": { "values": { "weight_hh_l0": 0.5 } } } }',
    undefined,
  ],
  [
    '{ "model": { "cell": "rnn", "init": { "values": { "weight_hh_l0": 0.5, "bias_hh_l0": 1 } } } }',
    '{ "model": { "cell": "rnn", "init": { "values": { "weight_hh_l0": 0.25 } } } }',
    undefined,
  ],
  [
    '{ "model": { "cell": "lstm", "init": { "forgetBias": 1 } } }',
    '{ "model": { "cell": "lstm", "init": { "forgetBias": "chrono" } } }',
    ["model.init.forgetBias=chrono"],
  ],
  ['{ "training": { "batchSize": 5 } }', '{ "training": { "batchSize": "full" } }', ["training.batchSize=full"]],
])("the settings make %s the experiment %s", (saved, wanted, settings) => {
  const made = collectSettings(experimentOf(saved), experimentOf(wanted));
  if (settings !== undefined) expect(made).toEqual(settings);
  expect(configHash(experimentOf(withSettings(saved, made)))).toBe(configHash(experimentOf(wanted)));
});

const WORDS = [
  "it's.rnn.json",
  "-rf",
  "a b",
  "$(touch x)",
  "`touch x`",
  "%PATH%",
  '{"norm":1}',
  "x\\",
  "a\\'b",
  "~",
  "=ls",
  "&|;<>",
  "",
];

test.each(["bash", "sh"])("%s reads the words as they are", (shell) => {
  const line = quoteCommand([process.execPath, "-p", "JSON.stringify(process.argv.slice(1))", "--", ...WORDS], "posix");
  expect(JSON.parse(execFileSync(shell, ["-c", line], { encoding: "utf8" }))).toEqual(WORDS);
});

test("any word is one word to a shell", () => {
  const word = fc.string({ unit: "binary", maxLength: 30 }).filter((text) => !/[\0\uD800-\uDFFF]/.test(text));
  const words = fc.sample(fc.array(word, { maxLength: 20 }), { numRuns: 20, seed: 1 }).flat();
  const line = quoteCommand([process.execPath, "-p", "JSON.stringify(process.argv.slice(1))", "--", ...words], "posix");
  expect(JSON.parse(execFileSync("bash", ["-c", line], { encoding: "utf8" }))).toEqual(words);
});

test("what is plain has no quotes", () => {
  for (const shell of ["posix", "powershell", "pwsh", "cmd"] as const)
    expect(quoteCommand(["node", "--set", "training.iterations=9"], shell)).toBe("node --set training.iterations=9");
  expect(quoteCommand(["node", "C:\\x\\cli.js", "a b"], "cmd")).toBe(`node C:\\x\\cli.js "a b"`);
});

// No Windows here: the rules are those of the shells' documentation.
test("the shells of Windows expand nothing in a word", () => {
  const quote = (word: string, shell: "powershell" | "pwsh" | "cmd") => quoteCommand([word], shell);
  expect(quote("$(calc).rnn.json", "powershell")).toBe("'$(calc).rnn.json'");
  expect(quote("it\u2019s", "pwsh")).toBe("'it\u2019\u2019s'");
  expect(quote('["x"]', "powershell")).toBe(`'[\\"x\\"]'`);
  expect(quote('["x"]', "pwsh")).toBe(`'["x"]'`);
  expect(quote("a & b", "cmd")).toBe('"a & b"');
  expect(quote('x"&calc&"%PATH%', "cmd")).toBe('^"x\\^"^&calc^&\\^"^%PATH^%^"');
  expect(quoteCommand(["npm", "%x%"], "cmd")).toBe('npm ^^^"^^^%x^^^%^^^"');
});

test("the shell is known by its program", () => {
  expect(shellOf("C:\\Windows\\System32\\cmd.exe", true)).toBe("cmd");
  expect(shellOf("C:\\Program Files\\PowerShell\\7\\pwsh.exe", true)).toBe("pwsh");
  expect(shellOf("C:\\Program Files\\Git\\bin\\bash.exe", true)).toBe("posix");
  expect(["", "/bin/zsh"].map((program) => shellOf(program, false))).toEqual(["posix", "posix"]);
  expect(shellOf("", true)).toBe("powershell");
});
