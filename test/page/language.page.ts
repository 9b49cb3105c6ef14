/** The pages in another language: nothing of them is left in English. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { accent } from "../accents";
import { open, openMore, openOther, OTHER_PAGES, servePanel, STATES } from "./panelPage";
import { collectShown, englishWords } from "./shownWords";

servePanel();

/** What is below the edge of the window is not drawn. */
const TALL = { wide: { width: 1100, height: 6000 }, compact: { width: 300, height: 9000 } } as const;

/** What is the same in every language. */
const NAMES: readonly RegExp[] = [
  /RNN Lab/g,
  // The places and values of the experiment file.
  /\b(?:task|model|training|trace|sweep)(?:\.\w+)+/g,
  /"[^"]*"/g,
  /`[^`]*`/g,
  /\b[\w-]+\.rnn\.json/g,
  // Values of the file where they stand for themselves, in lists to choose from and where a sweep or a comparison tells
  // them apart, and keys as the names of what is swept.
  /\b(?:linear|rnn|lstm|gru|ctrnn|ctrnn-current|mingru|minlstm|lru|rglru|slstm|sigmoid|plain|log-space|tanh|relu|softplus|retanh|power|rate|current|leak-inside|rprop(?:-pytorch)?|sgd|momentum|nesterov|rmsprop|adamw?|constant|step|exponential|cosine|reduce-on-plateau|pytorch|xavier|orthogonal|identity|chrono|auto|full|balanced|null|float(?:32|64)|per-gate|joint)\b/g,
  /\b(?:sine-generator|integrator)\b/g,
  /\b(?:count-ones|binary-addition|adding|copy|parity|temporal-order|flip-flop|sine|text|csv)\b/g,
  /\b(?:perceptual-decision|context-decision|delayed-match-to-sample|go-no-go|ready-set-go|delay-comparison)\b/g,
  /\b(?:learningRate|hiddenSize|exactAccuracy|clip|cell|iterations|optimizer|length|delay|bits|seed|norm|value|number)\b/g,
  // Names of the experiments and runs that the pages show, and what the thread of a stand-in for VS Code says.
  /Count the ones|For how many seeds\?|It explodes|Copy with two layers of GRU|With GRU, slow|Run \d+|check the gradient|The worker thread ended unexpectedly.*recorded\.|The loss became ∞ at iteration.*/g,
  // Tensors, and signs of formulas.
  /\b(?:weight|bias)_(?:[ih]h|hr)(?:_l\d(?:_reverse)?)?\b/g,
  /\breadout\.(?:weight|bias)\b/g,
  /\bdL\/dh(?:_\w)?\b/g,
  /\bdh_[Tk]\b/g,
  /\bsqrt\b/g,
  /\bNaN\b/g,
  // Units, and keys of the keyboard.
  /\b(?:ms|min|kB|MB|MiB|GiB|Ctrl|Shift|Alt|Enter|Escape|Home|Space|Delete)\b/g,
  /\b(?:PNG|SVG|CSV)\b/g,
  // Of times, which the browser writes in its own language.
  /\b[AP]M\b/g,
];

/** By text: most of them are on every page, and there again for each menu that is opened. */
const known = new Map<string, readonly string[]>();

function wordsOf(text: string): readonly string[] {
  const words = known.get(text) ?? englishWords(text, NAMES);
  known.set(text, words);
  return words;
}

async function expectNoEnglish(page: Page): Promise<void> {
  const left = (await collectShown(page)).flatMap((text) => {
    const words = wordsOf(text);
    return words.length === 0 ? [] : [`${words.join(" ")} in ${JSON.stringify(text.slice(0, 160))}`];
  });
  expect(left).toEqual([]);
}

describe("in another language nothing is English", () => {
  it.each(STATES)("in the state $scenario ($layout)", async (options) => {
    const page = await open({ ...options, frozen: true, accents: true, size: TALL[options.layout ?? "wide"] });
    await expectNoEnglish(page);
  });

  it.each(OTHER_PAGES)("on the page %s (%s)", async (path, query, selector) => {
    const page = await openOther(path, `${query}&accents`, selector);
    await expectNoEnglish(page);
  });
});

describe("in another language nothing is English in what is opened", () => {
  it.each(["done", "gru"])("tables, formulas and menus (%s)", async (scenario) => {
    const page = await open({ scenario, frozen: true, accents: true, size: TALL.wide });
    await openMore(page, accent("More Controls"));
    const unfold = page.getByRole("button", { name: accent("Unfold All") });
    if (await unfold.isEnabled()) await unfold.click();
    for (const button of await page
      .locator(`button[title="${accent("Show as table")}"]:visible, button[title="${accent("Show formula")}"]:visible`)
      .all())
      await button.click();
    await expectNoEnglish(page);
    for (const button of await page.locator("button[aria-haspopup=menu]:visible").all()) {
      await button.click();
      await expectNoEnglish(page);
      await page.keyboard.press("Escape");
    }
  });
});
