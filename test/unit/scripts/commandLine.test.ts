/** The commands of package.json, as they are typed. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
/** Their command line is the program's own, which test/unit/cli covers. */
const PROGRAMS: readonly string[] = ["experiment", "trial"];
const SCRIPTS = Object.entries<string>(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts)
  .map(([name, command]) => ({ name, script: /^node (\S+\.mjs)(?: --\w+)?$/.exec(command)?.[1] }))
  .filter((one): one is { name: string; script: string } => one.script !== undefined && !PROGRAMS.includes(one.name));

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function run(script: string, ...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [join(ROOT, script), ...args], { cwd: ROOT });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  return new Promise((resolve, reject) =>
    child.on("error", reject).on("close", (code) => resolve({ code, output, errors })),
  );
}

test("there are commands to try", () => {
  expect(SCRIPTS.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["start", "test", "bench", "package", "soak"]),
  );
});

test.each(SCRIPTS)("npm run $name -- --help says what it does and what it takes", async ({ name, script }) => {
  const { code, output, errors } = await run(script, "--help");
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  expect(output).toContain(name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`);
  // Each option that the program reads is in its help.
  const source = readFileSync(join(ROOT, script), "utf8");
  const options = [...source.matchAll(/^\s+(?:options: \{ )?"?([\w-]+)"?: \{ type: "(?:string|boolean)"/gm)];
  for (const [, option = ""] of options.filter(([, name]) => name !== "help"))
    expect(output).toMatch(new RegExp(`(--(no-)?${option}|-t)\\b`));
});

test.each(SCRIPTS)("npm run $name refuses an option that it does not know", async ({ script }) => {
  const { code, output, errors } = await run(script, "--no-such-option");
  expect({ code, output }).toEqual({ code: 2, output: "" });
  expect(errors).toContain("such-option'");
});
