import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  describeError,
  describeNames,
  describeValue,
  inert,
  inertLine,
  MAX_MESSAGE,
  printable,
  terminalText,
} from "../../../src/lib/outsideText";
import { iconText } from "../../../src/window/iconText";

/** Control characters, line separators, and what turns the direction of the text after it. */
const ACTIVE = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;
/** What VS Code makes a link of in a notification, and an icon of in a pick. */
const LINK = /\[[^\]]+\]\((https?:\/\/|command:|file:)[^)\s]+/i;
const ICON = /\$\([a-z0-9-]+(~[a-z]+)?\)/i;

/** Any text, with many of the pieces that would do something. */
const outside = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.constantFrom(
        "[Fix it](command:a.b)",
        "](",
        "$(",
        "$(zap)",
        "\\$(zap)",
        "\u202E",
        "\u2066",
        "\u001B[31m",
        "\n",
        "\u0000",
        "\uD83D",
        "\uDE00",
        "😀",
        '"',
        "\\",
        "\u2060",
      ),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(""));

describe("text in a message", () => {
  test("is short and on one line, whatever it holds", () => {
    fc.assert(
      fc.property(outside, fc.array(outside, { minLength: 1, maxLength: 30 }), (text, names) => {
        for (const [shown, most] of [
          [printable(text), 200],
          [describeValue(text), 60],
          [describeNames(names), 230],
          [describeError(new Error(text)), MAX_MESSAGE],
        ] as const) {
          expect(shown.length).toBeLessThanOrEqual(most);
          expect(shown).not.toMatch(ACTIVE);
          expect(shown).not.toMatch(/\p{Cs}/u);
        }
      }),
    );
  });

  test("is the text itself where it is short and visible, so that names can be found by it", () => {
    for (const name of ["temperature", "naïve ☃ 😀", "می‌خواهم", "a\\nb"]) expect(printable(name)).toBe(name);
    expect(describeValue('say "x"')).toBe('"say \\"x\\""');
    expect([1.5, true, null, [1], {}].map(describeValue)).toEqual([
      "1.5",
      "true",
      "null",
      "a list ([ ])",
      "an object ({ })",
    ]);
  });

  test("shows what it holds and where it was cut", () => {
    expect(printable("a\nb\u202Ec\u{E0041}\u001B")).toBe("a\\nb\\u202ec\\u{e0041}\\u001b");
    expect(describeValue("x".repeat(1000))).toBe(`"${"x".repeat(57)}…"`);
    expect(printable(`${"x".repeat(199)}😀`)).toBe(`${"x".repeat(199)}…`);
  });

  test("costs the same for 30 million characters as for 300", () => {
    const huge = "\u0001".repeat(30_000_000);
    expect(describeValue(huge)).toBe(describeValue(huge.slice(0, 300)));
    expect(printable(huge)).toBe(printable(huge.slice(0, 300)));
  });

  test("names the first of many names, and how many there are besides", () => {
    expect(describeNames(["open", "close"])).toBe('"open", "close"');
    const many = Array.from({ length: 1_000_000 }, (_, index) => `column ${index}`);
    expect(describeNames(many)).toMatch(/^"column 0", .*"column 15", and 999,984 more$/);
  });
});

describe("text that VS Code shows", () => {
  test("holds no link, no icon, no control and no bidi override, whatever it is made of", () => {
    fc.assert(
      fc.property(outside, (text) => {
        const shown = inert(text);
        expect(shown).not.toMatch(LINK);
        expect(shown).not.toMatch(ICON);
        expect(shown.replaceAll("\n", "")).not.toMatch(ACTIVE);
        expect(inert(shown)).toBe(shown);
        expect(shown.length).toBeLessThanOrEqual(MAX_MESSAGE);
        const line = inertLine(text);
        expect(line).not.toMatch(LINK);
        expect(line).not.toMatch(ICON);
        expect(line).not.toMatch(ACTIVE);
        expect(line.length).toBeLessThanOrEqual(200);
        expect(iconText`$(beaker) ${text}`.replace("$(beaker)", "")).not.toMatch(ICON);
      }),
    );
  });

  test("keeps the marks that dates in Arabic have", () => {
    expect(inertLine("29\u200F/11\u200F/2026")).toBe("29\u200F/11\u200F/2026");
  });

  test("is the same to the eye", () => {
    expect(inert("[Fix it](command:a.b) $(zap)").replaceAll("\u2060", "")).toBe("[Fix it](command:a.b) $(zap)");
    expect(inert("loss 0.5 · 2 of 3 (paused)\nnaïve ☃")).toBe("loss 0.5 · 2 of 3 (paused)\nnaïve ☃");
  });
});

describe("text in a terminal", () => {
  test("is obeyed in no part, ends its lines as before, and is the same JSON", () => {
    fc.assert(
      fc.property(outside, (text) => {
        expect(terminalText(text).replaceAll(/\r\n|[\n\t]/g, "")).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
        expect(JSON.parse(terminalText(JSON.stringify({ text })))).toEqual({ text });
      }),
    );
    expect(terminalText("a\tb\r\nc\n\u001B[31m\u009B1m")).toBe("a\tb\r\nc\n\\u001b[31m\\u009b1m");
  });
});
