import { describe, expect, test } from "vitest";
import { collectVaried, summarizeVaried } from "../../../src/config/compare/variedValues";
import { nextRunNumber, runIdentities, runName, type NamedRun } from "../../../src/runs/runName";
import { experimentOf } from "../config/support";
import { metaOf } from "./support";

const NOON = new Date(2026, 10, 28, 12, 5).getTime();
const CONTEXT = { language: "en", now: NOON };
const CLIP = [{ path: ["training", "clip", "norm"], value: 2 }];

const run = (id: string, meta: Partial<NamedRun["meta"]> = {}, name: string | null = null): NamedRun => ({
  id,
  meta: metaOf({ startedAt: NOON, ...meta }),
  notes: { name },
});
const namesOf = (...runs: NamedRun[]) => [...runIdentities(runs, CONTEXT).values()].map(({ name }) => name);
const numbersOf = (...runs: NamedRun[]) => runs.map(({ id }) => runIdentities(runs, CONTEXT).get(id)?.number);

describe("the name of a run", () => {
  test("is the user's, else what was varied, else its number and time", () => {
    expect(runName(run("a", { varied: CLIP }, "The good one"), CONTEXT)).toBe("The good one");
    expect(runName(run("a", { varied: CLIP }), CONTEXT)).toBe("clip.norm 2");
    expect(runName(run("a", { number: 5 }), CONTEXT)).toMatch(/^Run 5 · 12:05\sPM$/);
    const earlier = { number: 5, startedAt: new Date(2026, 10, 27, 18, 15).getTime() };
    expect(runName(run("a", earlier), CONTEXT)).toMatch(/^Run 5 · Nov 27, 6:15\sPM$/);
  });

  test("of an imported run has that of its experiment, whose file is not here", () => {
    const imported = { uri: "rnnlab-imported:/experiment.rnn.json", name: "Parity", number: 0 };
    expect(runName(run("a", imported), CONTEXT)).toBe("Parity");
    expect(runName(run("a", { ...imported, varied: CLIP }), CONTEXT)).toBe("Parity: clip.norm 2");
  });

  test("has the number added where another run of the experiment has the same", () => {
    const other = { number: 7, varied: CLIP };
    expect(namesOf(run("a", { number: 2, varied: CLIP }), run("b", other))).toEqual([
      "clip.norm 2 (#2)",
      "clip.norm 2 (#7)",
    ]);
    expect(namesOf(run("a", { number: 2 }, "same"), run("b", { number: 7 }, "same"))).toEqual([
      "same (#2)",
      "same (#7)",
    ]);
    expect(namesOf(run("a", { varied: CLIP }), run("b", { ...other, uri: "file:///lab/b.rnn.json" }))).toEqual([
      "clip.norm 2",
      "clip.norm 2",
    ]);
  });

  test("of one that goes on from another is the name of that one", () => {
    const stopped = run("a", { number: 3, varied: CLIP }, "kept");
    const resumed = run("b", { number: 3, varied: CLIP, resumedFrom: "a" });
    expect(namesOf(stopped, resumed)).toEqual(["kept", "kept"]);
    expect(numbersOf(stopped, resumed)).toEqual([3, 3]);
  });
});

describe("the number of a run", () => {
  test("in files that have none is given in the order of the starts, and takes none that another has", () => {
    const old = (id: string, minute: number) => run(id, { number: 0, startedAt: NOON + minute });
    expect(numbersOf(old("c", 3), old("a", 1), old("b", 2))).toEqual([3, 1, 2]);
    expect(numbersOf(old("b", 2), run("x", { number: 2 }), old("a", 1))).toEqual([3, 2, 1]);
    expect(numbersOf(old("a", 1), run("b", { number: 0, uri: "file:///lab/b.rnn.json" }))).toEqual([1, 1]);
  });

  test("is one more than the largest of the runs of its experiment", () => {
    const uri = metaOf().uri;
    expect(nextRunNumber([], uri)).toBe(1);
    expect(nextRunNumber([run("a", { number: 4 }), run("b", { number: 2 })], uri)).toBe(5);
    expect(nextRunNumber([run("a", { number: 0 }), run("b", { number: 0 })], uri)).toBe(3);
    expect(nextRunNumber([run("a", { number: 4, uri: "file:///lab/b.rnn.json" })], uri)).toBe(1);
  });
});

describe("what was varied", () => {
  const varied = (before: string, after: string) => collectVaried(experimentOf(before), experimentOf(after));

  test("is in words what the run has and the run before it had not", () => {
    expect(summarizeVaried(varied(`{"training":{"clip":{"norm":1}}}`, `{"training":{"clip":{"norm":2}}}`))).toBe(
      "clip.norm 2",
    );
    expect(summarizeVaried(varied(`{"training":{"clip":{"norm":1}}}`, `{"training":{"clip":null}}`))).toBe("clip off");
    expect(
      summarizeVaried(
        varied(
          "{}",
          `{"seed":2,"task":{"kind":"adding","length":20},"model":{"cell":"lstm"},` +
            `"training":{"optimizer":{"kind":"adam"}}}`,
        ),
      ),
    ).toBe("seed 2, task adding and 2 more");
  });

  test("is nothing for a name or a sweep, which change no run", () => {
    expect(varied("{}", `{"name":"Other","sweep":{"parameters":{},"seeds":3}}`)).toEqual([]);
  });

  test("stays small, however long a value is", () => {
    const values = JSON.stringify(Array.from({ length: 500 }, () => [0.123]));
    const [value] = varied(
      `{"model":{"hiddenSize":500}}`,
      `{"model":{"hiddenSize":500,"init":{"values":{"weight_ih_l0":${values}}}}}`,
    );
    expect(value?.path.slice(0, 3)).toEqual(["model", "init", "values"]);
    expect(JSON.stringify(value).length).toBeLessThan(200);
  });
});
