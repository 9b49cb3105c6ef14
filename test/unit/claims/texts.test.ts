import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { CLAIMS, STATEMENTS } from "../../claims/claims";
import { joinLines, numbersOf, readTexts } from "../../claims/texts";

const TEXTS = readTexts(resolve(import.meta.dirname, "../../.."));
const QUOTES = [...CLAIMS.flatMap(({ texts }) => texts), ...STATEMENTS];

describe("numbers in texts", () => {
  test("are found where they claim something", () => {
    const tokens = (text: string) => numbersOf(text).map(({ token }) => token);
    expect(tokens("It falls from 615,690 to 1.8e-6 in 500 iterations.")).toEqual(["615,690", "1.8e-6", "500"]);
    expect(tokens("About half of the seeds learn, two thirds later.")).toEqual(["half", "thirds"]);
    expect(tokens("With `length` 30 (Le, Jaitly and Hinton, 2015) see experiment 9 and h_(t-1) on 64-bit.")).toEqual([
      "30",
    ]);
    expect(tokens("{0} of {1} steps, weight_hh_l0 = 2, 1 run")).toEqual([]);
  });

  test.each(TEXTS.map((text) => [text.file, text] as const))("of %s are each in a claim or explained", (file, text) => {
    const spans = QUOTES.filter((one) => one.file === file).flatMap(({ quote }) =>
      spansOf(text.text, joinLines(quote)),
    );
    const unexplained = numbersOf(text.text)
      .filter(({ from, to }) => !spans.some((span) => span.from <= from && to <= span.to))
      .map(({ token, from }) => `${token}: …${text.text.slice(Math.max(0, from - 60), from + 60)}…`);
    expect(unexplained, "Add a claim with its experiment to test/claims, or a statement with its reason.").toEqual([]);
  });

  test("quotes are still in their texts", () => {
    const lost = QUOTES.filter(({ file, quote }) => {
      const text = TEXTS.find((one) => one.file === file);
      return text === undefined || !text.text.includes(joinLines(quote));
    }).map(({ file, quote }) => `${file}: ${quote}`);
    expect(lost).toEqual([]);
  });
});

function spansOf(text: string, quote: string): { from: number; to: number }[] {
  const spans = [];
  for (let from = text.indexOf(quote); from >= 0; from = text.indexOf(quote, from + 1))
    spans.push({ from, to: from + quote.length });
  return spans;
}
