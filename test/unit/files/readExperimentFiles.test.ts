import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { problemAt } from "../../../src/config/read/problemAt";
import type { Experiment } from "../../../src/config/schema/schema";
import { checkExperimentFiles, readExperimentFiles } from "../../../src/files/readExperimentFiles";
import { ExperimentError } from "../../../src/config/facts/experimentError";
import { MAX_TEXT_BYTES } from "../../../src/config/facts/dataFiles";
import { experimentOf } from "../core/support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000 });

let outside: string;
let folder: string;

beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), "rnn-lab-files-"));
  folder = join(outside, "lab");
  mkdirSync(join(folder, "data"), { recursive: true });
  writeFileSync(join(outside, "secret.txt"), "secret");
  writeFileSync(join(outside, "lab2.txt"), "neighbour");
  writeFileSync(join(folder, "words.txt"), "wörds");
  writeFileSync(join(folder, "data", "more.txt"), "more");
  writeFileSync(join(folder, "..words.txt"), "two dots");
  writeFileSync(join(folder, "latin1.txt"), Buffer.from([0x77, 0xf6]));
  writeFileSync(join(folder, "weights.safetensors"), Buffer.from([1, 2, 3]));
  writeFileSync(join(folder, "huge.txt"), "");
  truncateSync(join(folder, "huge.txt"), MAX_TEXT_BYTES + 1);
  symlinkSync(join(outside, "secret.txt"), join(folder, "link.txt"));
  symlinkSync(outside, join(folder, "up"));
  symlinkSync(join(folder, "words.txt"), join(folder, "inner.txt"));
});
afterAll(() => rmSync(outside, { recursive: true, force: true }));

const text = (file: string): Experiment => experimentOf({ task: { kind: "text", file } });
const read = async (file: string) => (await readExperimentFiles(folder, text(file))).data;

describe("files that an experiment names", () => {
  test("are read from its folder and the folders in it, also through links that stay inside", async () => {
    expect(await read("words.txt")).toBe("wörds");
    expect(await read("./data/more.txt")).toBe("more");
    expect(await read("data/../words.txt")).toBe("wörds");
    expect(await read("inner.txt")).toBe("wörds");
    expect(await read("..words.txt")).toBe("two dots");
    const both = await readExperimentFiles(folder, experimentOf({ model: { init: { file: "weights.safetensors" } } }));
    expect([both.data, ...(both.weights ?? [])]).toEqual([null, 1, 2, 3]);
    expect(await readExperimentFiles(null, experimentOf({}))).toEqual({ data: null, weights: null });
  });

  test.each([
    ["missing.txt", /the file does not exist/],
    ["/etc/hostname", /use a path relative/],
    ["../secret.txt", /outside the folder/],
    ["../lab2.txt", /outside the folder/],
    ["data/../../secret.txt", /outside the folder/],
    ["link.txt", /outside the folder/],
    ["up/secret.txt", /outside the folder/],
    ["data", /not a file/],
    [".", /not a file/],
    ["..", /outside the folder/],
    ["words.txt/below", /cannot be read|does not exist/],
    ["huge.txt", /134,217,729 bytes; the maximum is 134,217,728/],
    ["a\0b", /cannot be read/],
  ])("%j is refused before anything of it is read", async (file, reason) => {
    await expect(read(file)).rejects.toThrow(reason);
    const [error] = await checkExperimentFiles(folder, text(file));
    expect(error).toBeInstanceOf(ExperimentError);
    expect(error).toMatchObject({
      code: "unreadable-file",
      path: ["task", "file"],
      message: expect.stringMatching(reason),
    });
  });

  test("text that is not UTF-8 is refused", async () => {
    await expect(read("latin1.txt")).rejects.toThrow('task.file "latin1.txt": the file is not UTF-8 text');
    expect(await checkExperimentFiles(folder, text("latin1.txt"))).toEqual([]);
  });

  test("an experiment without a folder is told to be saved", async () => {
    await expect(readExperimentFiles(null, text("words.txt"))).rejects.toThrow(/Save the experiment to a folder/);
  });

  test("a hostile name does no harm to the message", async () => {
    const [error] = await checkExperimentFiles(folder, text("\u202Egpj.exe\u001b[2J".repeat(20)));
    expect(error?.message).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(error?.message.length).toBeLessThan(200);
  });

  test("whatever the name, nothing outside the folder is read and nothing else is thrown", async () => {
    const part = fc.oneof(
      fc.constantFrom("..", ".", "data", "up", "lab", "secret.txt", "words.txt", "link.txt", ""),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), async (parts) => {
        const name = parts.join("/");
        if (name === "") return;
        try {
          expect(["wörds", "more", "two dots"]).toContain(await read(name));
        } catch (error) {
          expect(error).toBeInstanceOf(ExperimentError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test("a problem is at the value that causes it, or at the nearest around it", () => {
  const source = '// a comment\n{ "task": { "kind": "text", "file": "x.txt" }, "model": {} }';
  const at = (...path: string[]) => {
    const { range } = problemAt(source, "unreadable-file", path, "m");
    return source.slice(range.offset, range.offset + range.length);
  };
  expect(at("task", "file")).toBe('"x.txt"');
  expect(at("model", "init", "file")).toBe("{}");
  expect(at("engine")).toMatch(/^\{ "task"[\s\S]*\}$/);
  expect(problemAt("not json", "bad-file", ["task"], "m").range).toEqual({ offset: 0, length: 0 });
});
