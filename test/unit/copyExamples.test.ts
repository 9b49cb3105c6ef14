import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { copyExamples } from "../../scripts/copy-examples.mjs";

describe("the copy of the examples that npm start opens", () => {
  let root: string;
  let source: string;
  let profile: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "rnnlab-copy-"));
    source = join(root, "examples");
    profile = join(root, "profile");
    mkdirSync(source);
    for (const name of ["a.rnn.json", "b.rnn.json", "river.csv"]) writeFileSync(join(source, name), `first ${name}`);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const copy = (): string[] => copyExamples(profile, source).kept;
  const inCopy = (name: string): string => join(profile, "examples", name);
  const read = (name: string): string => readFileSync(inCopy(name), "utf8");

  it("has all of them, and nothing that runs have written", () => {
    writeFileSync(join(source, "a.sweep.csv"), "1");
    expect(copy()).toEqual([]);
    expect(readdirSync(join(profile, "examples"))).toEqual(["a.rnn.json", "b.rnn.json", "river.csv"]);
    expect(read("a.rnn.json")).toBe("first a.rnn.json");
  });

  it("follows the repository where it was not changed, and keeps what was", () => {
    copy();
    writeFileSync(inCopy("a.rnn.json"), "mine");
    writeFileSync(inCopy("new.rnn.json"), "mine too");
    for (const name of ["a.rnn.json", "b.rnn.json"]) writeFileSync(join(source, name), `second ${name}`);
    rmSync(join(source, "river.csv"));
    expect(copy()).toEqual(["a.rnn.json"]);
    expect([read("a.rnn.json"), read("b.rnn.json"), read("new.rnn.json")]).toEqual([
      "mine",
      "second b.rnn.json",
      "mine too",
    ]);
    expect(readdirSync(join(profile, "examples"))).not.toContain("river.csv");
    expect(readFileSync(join(source, "a.rnn.json"), "utf8")).toBe("second a.rnn.json");
  });

  it("has again what was deleted, and follows again what was reset", () => {
    copy();
    rmSync(inCopy("b.rnn.json"));
    writeFileSync(inCopy("a.rnn.json"), "mine");
    expect(copy()).toEqual(["a.rnn.json"]);
    expect(read("b.rnn.json")).toBe("first b.rnn.json");
    writeFileSync(inCopy("a.rnn.json"), "first a.rnn.json");
    expect(copy()).toEqual([]);
    writeFileSync(join(source, "a.rnn.json"), "second");
    expect(copy()).toEqual([]);
    expect(read("a.rnn.json")).toBe("second");
  });

  it("keeps what differs when nobody knows what was copied", () => {
    copy();
    writeFileSync(join(profile, "examples.json"), "{ cut o");
    writeFileSync(join(source, "a.rnn.json"), "second");
    expect(copy()).toEqual(["a.rnn.json"]);
    expect(read("a.rnn.json")).toBe("first a.rnn.json");
  });
});
