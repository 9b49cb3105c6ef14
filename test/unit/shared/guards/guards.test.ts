import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readComparePageMessage } from "../../../../src/panel/compareMessages";
import { readWebviewMessage } from "../../../../src/panel/messages";
import { encodeNonFinite } from "../../../../src/shared/wire/nonFinite";
import { readRunsTablePageMessage } from "../../../../src/panel/runsTableMessages";
import { readSweepMessage } from "../../../../src/sweeps/sweepMessages";
import { readCompareMessage } from "../../../../webview/compare/readMessage";
import { readRunsTableMessage } from "../../../../webview/runsTable/readMessage";
import { readSweepFrame } from "../../../../webview/sweep/messages";
import { readHostMessage } from "../../../../webview/wire/messages";
import {
  COMPARE_HOST_MESSAGES,
  COMPARE_PAGE_MESSAGES,
  HOST_MESSAGES,
  QUESTIONS,
  RUNS_TABLE_HOST_MESSAGES,
  RUNS_TABLE_PAGE_MESSAGES,
  SWEEP_FRAMES,
  SWEEP_PAGE_MESSAGES,
  WEBVIEW_MESSAGES,
} from "./samples";

type Path = readonly (string | number)[];

/** Null when the message is refused. */
type Reader = (data: unknown) => unknown;

const fromHost: Reader = (data) => {
  const message = readHostMessage(data);
  return message.type === "malformed" ? null : message;
};
const sweepFrame: Reader = (data) => {
  try {
    return readSweepFrame(data);
  } catch {
    return null;
  }
};

const EDGES: readonly (readonly [string, Reader, Readonly<Record<string, readonly object[]>>, "open" | "closed"])[] = [
  ["host to panel", fromHost, HOST_MESSAGES, "open"],
  ["panel to host", readWebviewMessage, WEBVIEW_MESSAGES, "closed"],
  ["host to the page of a sweep", sweepFrame, SWEEP_FRAMES, "open"],
  ["page of a sweep to host", readSweepMessage, SWEEP_PAGE_MESSAGES, "closed"],
  ["host to the page that compares runs", readCompareMessage, COMPARE_HOST_MESSAGES, "open"],
  ["host to the table of runs", readRunsTableMessage, RUNS_TABLE_HOST_MESSAGES, "open"],
  ["table of runs to host", readRunsTablePageMessage, RUNS_TABLE_PAGE_MESSAGES, "closed"],
  ["page that compares runs to host", readComparePageMessage, COMPARE_PAGE_MESSAGES, "closed"],
];
const KINDS = EDGES.flatMap(([edge, read, samples, fields]) =>
  Object.entries(samples).map(([type, messages]) => ({ edge, type, read, messages, fields })),
);

/** Where any value is right: what a config holds, and what a run of a sweep was given. */
const ANYTHING = [
  /\.edits\.\*\.value$/,
  /\.results\.values\.\*\.choices\.\*$/,
  /\.parameters\.\*\.choices\.\*$/,
  /\.underWay\.\*\.values\.\*$/,
];
/** Entries by names of their own, of which any may be missing. */
const ENTRIES = [/\.numbers\.\w+$/, /\.recipe\.\w+$/, /\.curves\.loss$/, /\.value\.norm$/];

const wildcard = (path: Path): string => path.map((key) => `.${typeof key === "number" ? "*" : key}`).join("");

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? value.constructor.name : typeof value;
}

/** Each field and item of a message, from the outside in; typed arrays are whole. */
function collectPaths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [path];
  const inner = Array.isArray(value)
    ? value.flatMap((item: unknown, i) => collectPaths(item, [...path, i]))
    : Object.entries(value).flatMap(([key, item]) => collectPaths(item, [...path, key]));
  return [path, ...inner];
}

function valueAt(message: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (at as Readonly<Record<string | number, unknown>>)[key], message);
}

/** A copy with another value at the path; undefined removes it. */
function changed(message: object, path: Path, value: unknown): unknown {
  const copy = structuredClone(message);
  const owner = valueAt(copy, path.slice(0, -1)) as Record<string | number, unknown>;
  const key = path.at(-1) ?? "";
  if (value === undefined) delete owner[key];
  else owner[key] = value;
  return copy;
}

const OTHERS: readonly unknown[] = [
  null,
  true,
  "text",
  3,
  [],
  {},
  new Float64Array(2),
  new Float32Array(2),
  new Int32Array(2),
  new Uint8Array(2),
];

describe.each(KINDS)("$edge: $type", ({ read, messages, fields }) => {
  const paths = messages.flatMap((message) => collectPaths(message).filter(({ length }) => length > 0));
  /** Kinds of value by place, from all samples; "undefined" if a sample has only the owner of the place. */
  const seen = new Map<string, Set<string>>();
  for (const message of messages) {
    for (const path of collectPaths(message)) {
      const place = wildcard(path);
      seen.set(place, (seen.get(place) ?? new Set()).add(kindOf(valueAt(message, path))));
    }
  }
  const isAnything = (path: Path) =>
    path.some((_key, i) => ANYTHING.some((at) => at.test(wildcard(path.slice(0, i + 1)))));

  test("passes as it is, also as VS Code sends it, with every number that JSON has not", () => {
    for (const message of messages) {
      expect(read(structuredClone(message))).toEqual(message);
      // Typed arrays travel beside the JSON.
      const arrays: unknown[] = [];
      const json = JSON.stringify(encodeNonFinite(message), (_key, value: unknown) =>
        ArrayBuffer.isView(value) ? { array: arrays.push(value) - 1 } : value,
      );
      const sent: unknown = JSON.parse(json, (_key, value: unknown) =>
        typeof value === "object" && value !== null && "array" in value ? arrays[Number(value.array)] : value,
      );
      expect(read(sent)).toEqual(message);
    }
  });

  test("is refused without any of its fields", () => {
    const passed = messages.flatMap((message) =>
      collectPaths(message)
        .filter((path) => typeof path.at(-1) === "string" && !isAnything(path))
        .filter((path) => read(changed(message, path, undefined)) !== null)
        .map(wildcard),
    );
    const optional = [
      ".data",
      ".truncate",
      ".directions",
      ".sequences",
      ".typing",
      ".lengths",
      ".classes",
      ".recipe",
      ".answersOnce",
      ".path",
      ".checked",
      ".epsilons",
      ".errors",
      ".probed",
      ".arithmetic",
      ".advice",
      ".result.inputSize",
      ".season",
      ".parameters.*.range",
      ".parameters.*.choices",
      ".objectives",
      ".excluded",
      ".underWay",
    ];
    const missing = [...new Set(passed)].filter(
      (place) => !optional.some((name) => place.endsWith(name)) && !ENTRIES.some((entry) => entry.test(place)),
    );
    expect(missing).toEqual([]);
  });

  test("is refused with a field of another type", () => {
    const wrong = messages.flatMap((message) =>
      collectPaths(message)
        .filter((path) => path.length > 0 && !isAnything(path))
        .flatMap((path) =>
          OTHERS.filter((other) => seen.get(wildcard(path))?.has(kindOf(other)) === false)
            .filter((other) => read(changed(message, path, other)) !== null)
            .map((other) => `${wildcard(path)}: ${kindOf(other)}`),
        ),
    );
    expect([...new Set(wrong)]).toEqual([]);
  });

  test("never passes as something else, whatever stands in one field", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...messages),
        fc.nat(),
        fc.anything({ withTypedArray: true, withBigInt: true, maxDepth: 2 }),
        (message, index, value) => {
          const inMessage = collectPaths(message).filter((path) => path.length > 0 && !isAnything(path));
          const path = inMessage[index % inMessage.length] ?? ["type"];
          if (value === undefined || read(changed(message, path, value)) === null) return;
          const kinds = seen.get(wildcard(path));
          expect(kinds?.has(kindOf(value)) === true || isNumberName(value)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  test(`with a field of nobody is ${fields === "open" ? "read all the same" : "refused"}`, () => {
    expect(paths.length).toBeGreaterThan(0);
    for (const message of messages)
      expect(read({ ...structuredClone(message), extra: 1 }) === null).toBe(fields === "closed");
  });
});

const isNumberName = (value: unknown): boolean => value === "NaN" || value === "Infinity" || value === "-Infinity";

describe("a question of a page", () => {
  const ask = (question: unknown) => readWebviewMessage({ type: "ask", requestId: 1, question });

  test.each(Object.entries(QUESTIONS))("%s is one of ours, and with a field of nobody is none", (_kind, questions) => {
    for (const question of questions) {
      expect(ask(question)).toEqual({ type: "ask", requestId: 1, question });
      expect(ask({ ...question, extra: 1 })).toBeNull();
    }
  });

  test.each([
    { kind: "inspect", iteration: 3, sequence: -1 },
    { kind: "inspect", iteration: 3, sequence: "0".repeat(4001) },
    { kind: "predictions", iteration: 1, part: "all" },
    { kind: "lengths", iteration: 1, length: 0 },
    { kind: "lengths", iteration: 1, length: 1e9 },
    { kind: "sample", iteration: 1, prime: "", length: 1e9, temperature: 1, draw: 1 },
    { kind: "sample", iteration: 1, prime: "", length: 10, temperature: NaN, draw: 1 },
    { kind: "sample", iteration: 1.5, prime: "", length: 10, temperature: 1, draw: 1 },
    { kind: "constructor", iteration: 1 },
    null,
  ])("is refused: %j", (question) => {
    expect(ask(question)).toBeNull();
  });
});
