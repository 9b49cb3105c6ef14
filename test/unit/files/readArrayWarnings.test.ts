import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readArrayWarnings } from "../../../src/files/readArrayWarnings";
import { experimentOf } from "../core/support";

const folder = mkdtempSync(join(tmpdir(), "rnn-lab-warnings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const task = { kind: "arrays", file: "a.ts", validation: "b.ts", targetKind: "classes" } as const;

test("false claims of .ts files, and labels that differ in case, at the keys of the files", async () => {
  writeFileSync(
    join(folder, "a.ts"),
    "@univariate true\n@equalLength true\n@classLabel true walk run\n@data\n1,2,3:walk\n4,5:Walk\n6,7:run\n",
  );
  writeFileSync(join(folder, "b.ts"), "@missing true\n@classLabel true walk run\n@data\n1,2,3:walk\n4,5,6:run\n");
  const found = await readArrayWarnings(folder, experimentOf({ task }));
  expect(found.map(({ path, message }) => `${path.join(".")}: ${message}`)).toEqual([
    expect.stringMatching(/^task\.file: a\.ts, line 2: .*@equalLength true.*sequences have 2 to 3 steps/),
    expect.stringMatching(/^task\.file: a\.ts, line 3: @classLabel does not list "Walk"/),
    expect.stringMatching(/^task\.file: a\.ts, line 6: .*"Walk".*"walk"|^task\.file: a\.ts, line 6: .*"walk".*"Walk"/),
    expect.stringMatching(/^task\.validation: b\.ts, line 1: .*@missing true.*no value is missing/),
  ]);
});

test("nothing of files that cannot be read, or of other tasks", async () => {
  expect(await readArrayWarnings(folder, experimentOf({ task: { ...task, file: "none.ts", validation: "" } }))).toEqual(
    [],
  );
  expect(
    await readArrayWarnings(folder, experimentOf({ task: { kind: "csv", file: "a.ts", columns: ["x"] } })),
  ).toEqual([]);
});
