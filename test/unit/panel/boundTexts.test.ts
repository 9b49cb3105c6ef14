import { describe, expect, test } from "vitest";
import { boundTexts } from "../../../src/panel/boundTexts";
import { PageChannel } from "../../../src/panel/pageChannel";
import { COMPARE_HOST_MESSAGES, HOST_MESSAGES, RUNS_TABLE_HOST_MESSAGES, SWEEP_FRAMES } from "../shared/guards/samples";

const HOSTILE = `${"x".repeat(99_990)}\u202E\n\u001B[31m`;
/** What the page sends back, and never shows. */
const EXACT = ["uri", "id", "ids", "runId", "removed", "configHash"];
const SAMPLES = [HOST_MESSAGES, SWEEP_FRAMES, COMPARE_HOST_MESSAGES, RUNS_TABLE_HOST_MESSAGES].flatMap((kinds) =>
  Object.entries(kinds).flatMap(([type, samples]) => samples.map((sample: unknown) => [type, sample] as const)),
);

/** With a text of 100,000 characters wherever there is one. */
function hostile(value: unknown): unknown {
  if (typeof value === "string") return HOSTILE;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(hostile);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hostile(item)]));
}

function textsIn(value: unknown, key = ""): { readonly key: string; readonly text: string }[] {
  if (typeof value === "string") return [{ key, text: value }];
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  if (Array.isArray(value)) return value.flatMap((item) => textsIn(item, key));
  return Object.entries(value).flatMap(([name, item]) => textsIn(item, name));
}

function posted(message: unknown): unknown {
  const received: unknown[] = [];
  const page = {
    postMessage: (sent: unknown) => {
      received.push(sent);
      return Promise.resolve(true);
    },
    onDidReceiveMessage: () => ({ dispose: () => undefined }),
  };
  const warn = (problem: string): void => expect.unreachable(problem);
  new PageChannel<unknown, unknown>(page, "a page", { read: () => null, onMessage: () => undefined, warn }).post(
    message,
  );
  return received[0];
}

describe.each(SAMPLES)("a message of kind %s", (_type, sample) => {
  test("has no long text, whatever names its parts have", () => {
    for (const { key, text } of textsIn(posted(hostile(sample)))) {
      if (EXACT.includes(key)) expect(text).toBe(HOSTILE);
      else expect({ key, length: text.length }).toMatchObject({ length: expect.toSatisfy((n: number) => n <= 4000) });
    }
  });

  test("is the same object when its texts are short", () => {
    expect(boundTexts(sample)).toBe(sample);
  });
});

test("names are short and on one line, with nothing that turns the direction of what follows", () => {
  const names = { name: HOSTILE, fileName: "a\nb", title: "\u202Ec", label: "d", runs: [{ experiment: HOSTILE }] };
  const bounded = boundTexts(names);
  expect(bounded).toMatchObject({ fileName: "a\\nb", title: "\\u202ec", label: "d" });
  for (const { text } of textsIn(bounded)) expect(text.length).toBeLessThanOrEqual(200);
});

test("the symbols of a task are the same as in its data, as far as they fit", () => {
  const { vocabulary } = boundTexts({ vocabulary: ["\n", "a", HOSTILE] });
  expect(vocabulary.slice(0, 2)).toEqual(["\n", "a"]);
  expect(vocabulary[2]).toHaveLength(200);
});

test("a text is cut between characters", () => {
  expect(boundTexts({ note: "😀".repeat(4000) }).note).toMatch(/^(?:😀)+…$/u);
});
