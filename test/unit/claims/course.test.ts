/** docs/course.md runs the experiments of its claims, and names what the panel shows by the panel's own words. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { readArguments } from "../../../src/cli/args";
import { loadExperiment } from "../../../src/cli/loadExperiment";
import { parseExperiment } from "../../../src/config/read/parse";
import type { Experiment } from "../../../src/config/schema/schema";
import { formatFactor } from "../../../src/shared/words/numberFormat";
import { COURSE_CLAIMS } from "../../claims/course/list";

const ROOT = resolve(import.meta.dirname, "../../..");
const COMMAND = "npm run -s experiment -- ";
const PAGE = readFileSync(join(ROOT, "docs/course.md"), "utf8");
const COMMANDS = [...PAGE.matchAll(/^```sh\n(.*?)^```/gms)]
  .flatMap(([, block = ""]) =>
    block
      .replace(/ \\\n\s*/g, " ")
      .trim()
      .split("\n"),
  )
  .filter((line) => line !== "");

/** Without what a claim has ten of, what ends it sooner, and what does not train. */
function subjectOf({ seed: _seed, name: _name, trace: _trace, sweep: _sweep, ...experiment }: Experiment): string {
  const { iterations: _iterations, ...training } = experiment.training;
  return JSON.stringify({ ...experiment, training });
}

const CLAIMED = new Set(
  COURSE_CLAIMS.flatMap(({ jobs }) => Object.values(jobs).flat()).map(({ experiment }) =>
    subjectOf(parseExperiment(JSON.stringify(experiment)).experiment!),
  ),
);

test("each lesson has commands", () => {
  const lessons = PAGE.split(/^## Lesson /m).slice(1);
  expect(lessons).toHaveLength(6);
  for (const lesson of lessons) expect(lesson).toContain(COMMAND);
});

test.each(COMMANDS)("%s", (command) => {
  expect(command.startsWith(COMMAND)).toBe(true);
  const { file, set } = readArguments(command.slice(COMMAND.length).split(" "))!;
  expect(CLAIMED).toContain(subjectOf(loadExperiment(join(ROOT, file), set).experiment));
});

test("a command that no claim is about is found", () => {
  const { experiment } = loadExperiment(join(ROOT, "examples/13-text.rnn.json"), []);
  expect(CLAIMED).not.toContain(subjectOf(experiment));
});

test("the views to look at have the names that the panel gives them", () => {
  const texts = JSON.parse(readFileSync(join(ROOT, "l10n/bundle.l10n.json"), "utf8")) as Record<string, string>;
  const paragraphs = [...PAGE.matchAll(/^\*\*Look at\*\*.*?(?=^$)/gms)].map(([paragraph]) => paragraph);
  expect(paragraphs).toHaveLength(6);
  for (const paragraph of paragraphs) {
    const names = [...paragraph.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name.replace(/\s+/g, " "));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(Object.keys(texts)).toContain(name);
  }
});

test("factors are written as the panel writes them", () => {
  for (const factor of [2 ** 10, 0.5 ** 10, 2 ** 20, 2, -2]) expect(PAGE).toContain(`"${formatFactor(factor)}`);
});
