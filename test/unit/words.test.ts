/**
 * The part of docs/style-guide.md that a machine can check, over all texts: those in the source (l10n.t), those for
 * translators, and those of package.json. Each rule says what to write instead.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { collectTranslated } from "./shownStrings";

const ROOT = join(import.meta.dirname, "../..");

interface Rule {
  readonly pattern: RegExp;
  readonly instead: string;
  /** Texts that the rule must find, and texts that it must leave alone. */
  readonly wrong: readonly string[];
  readonly right: readonly string[];
}

/** Finds the alternatives of `list` as whole words, in any case. */
function term(list: string, instead: string, wrong: readonly string[], right: readonly string[]): Rule {
  return { pattern: new RegExp(`(?<![\\p{L}-])(?:${list})(?![\\p{L}-])`, "iu"), instead, wrong, right };
}

const TERMS: readonly Rule[] = [
  term("foretell(?:s|ing)?|foretold", "predict", ["It foretells the next value"], ["It predicts the next value"]),
  term(
    "bolder|wilder|likeliest",
    "more conservative, more random",
    ["below 1 bolder, above 1 wilder"],
    ["more random"],
  ),
  term("by heart", "overfit, memorize", ["The network learns by heart"], ["The network overfits"]),
  term("did not work|could not be run", "failed, invalid", ["{0} did not work", "Could not be run"], ["{0} failed"]),
  term("thread broke|thread has broken", "worker crashed", ["The thread broke"], ["The worker crashed"]),
  term("put away|put (?:it|this|that) right|put that", "close, fix", ["Put away", "Put that right first"], ["Close"]),
  term("race|races|raced|racing", "compare cell types", ["Race the Cells", "Cell race"], ["trace every row"]),
  term("held out|held-out", "validation set", ["the sequences held out", "held-out sequences"], ["held"]),
  term("told|tells?|hears?|heard", "say, show, print", ["whose order is told", "It tells the rest"], ["till the end"]),
  term("wanted", "target", ["wanted is the sum"], ["target: the sum"]),
  term("comes? in|came in", "input", ["Two numbers come in"], ["Input: two numbers"]),
  term("hops?|hopping|in a circle|to and fro", "oscillate", ["a loss that hops about"], ["an oscillating loss"]),
  term("arrives?|arrived", "converge", ["It arrives at 1"], ["It converges to 1"]),
  term("(?:share|outputs?|sequences?|percent) right", "accuracy", ["share right", "whole sequences right"], ["right"]),
  term("pace", "training speed", ["Set Pace…"], ["Set Training Speed…", "namespace"]),
  term("hold the training|go on|goes on|went on", "pause, resume, continue", ["Go on training"], ["Resume training"]),
  term("figures?", "metric", ["The figure that counts"], ["The metric to optimize"]),
  term("the least", "minimum", ["Change to {0}, the least there may be"], ["Change to {0} (minimum)", "at least {0}"]),
  term("may be: .+", "allowed", ["May be: 1 or 2."], ["This may be slow."]),
  term("is (?:\\{\\d\\}|[\\d,]+) long", "gradient norm", ["The gradient is {0} long"], ["The gradient norm is {0}"]),
  term(
    "gradient over time|gradient through time|itemi[sz]ed",
    "Gradient by time step, Gradient heat map",
    ["Gradient over time", "the itemized view"],
    ["Gradient attribution"],
  ),
  {
    pattern: /Other lengths|Text sample|Size of the weights/u,
    instead: "Length generalization, Text generation, Weight norms",
    wrong: ["Other lengths"],
    right: ["at other lengths"],
  },
  term("former|what it had", "previous, saved", ["the former run"], ["the previous run", "transformer"]),
  term("take (?:lstm|gru|rnn|tanh|relu|adam)", "switch to", ["Take GRU cells"], ["Switch to GRU"]),
  term(
    "next to nothing|for ever|anyhow|wild start|keeps rolling|does not care",
    "a plain word",
    ["next to nothing"],
    ["negligible"],
  ),
  term(
    "measure (?:the )?others|leave it out|leave out",
    "set as baseline, remove",
    ["Measure the others against it"],
    ["Set as Baseline"],
  ),
  term(
    "anew|not there any more|says more|as the network believes|takes it back|take it back",
    "again, no longer exists, see",
    ["Undo takes it back"],
    ["Use Undo to revert"],
  ),
  term("nothing wrong", "No issues found", ["Nothing wrong was found"], ["No issues found"]),
  term("no baseline", "Clear Baseline", ["Use No Baseline"], ["Clear Baseline"]),
  term("cell a weight|a step back", "per", ["×0.94 a step back", "one cell a weight"], ["×0.94 per step back"]),
  term("\\d+ ?% (?:sure|confidence)", "95% CI", ["95 % sure: 38 to 57 %"], ["95% CI: 38–57%"]),
];

const BRITISH = [
  "colours?|coloured|colouring|behaviours?|favours?|favoured|neighbours?|centred?|grey|learnt|spelt|catalogue|analyse[ds]?",
  "labell(?:ed|ing)|cancell(?:ed|ing)|modell(?:ed|ing)|travell(?:ed|ing)|signall(?:ed|ing)",
  "(?:initial|standard|normal|regular|optim|minim|maxim|memor|summar|visual|recogn|general|item|organ|serial|random|vector|" +
    "parametr|util|special|categor|penal|final)is(?:e|es|ed|ing|ation|ations)",
].join("|");

const SPELLING = term(
  BRITISH,
  "American spelling",
  ["its colour", "What is learnt", "standardised", "It favours units", "grey"],
  ["its color", "What is learned", "standardized", "promise", "otherwise", "the analysis"],
);

const NUMBERS: readonly Rule[] = [
  { pattern: /×10/u, instead: "7.15e-5", wrong: ["71.5×10⁻⁶"], right: ["×0.94 per step back", "10⁻⁵"] },
  {
    pattern: /[\d}]\s+(?:%|percent)(?!\w)/u,
    instead: "100%",
    wrong: ["{0} % of steps", "95 % CI", "{0} percent right"],
    right: ["{0}%", "95% CI"],
  },
  {
    pattern:
      /(?<![\d.,])1 (?:steps|runs|units|iterations|weights|parameters|sequences|seeds|layers|rows|threads)(?!\p{L})/u,
    instead: "a text of its own for one",
    wrong: ["1 steps back"],
    right: ["1 step back", "0.1 steps", "11 steps"],
  },
];

/** Pieces of sentences, which a translator cannot turn around, and what is the same in every language. */
const GLUE: readonly Rule[] = [
  {
    pattern: /^[\s,;·]|[\s,]$/u,
    instead: "a whole text",
    wrong: [" lists", ", {0} back", "unit ↑ · "],
    right: ["{0} lists"],
  },
  { pattern: /\}\{/u, instead: "a text for each case", wrong: ["of {0}{1}"], right: ["{0} {1}"] },
  {
    pattern: /\p{L}\{\d\}(?!\w)|\}e?s(?!\p{L})/u,
    instead: "a text for one and one for many",
    wrong: ["predicted{0}", "{0} run{1}", "{0}s"],
    right: ["predicted at {0}", "{0} runs", "({0} s)"],
  },
  {
    pattern: /^(?:[A-Z]{2,}|div|span|button|textarea|canvas|svg)$/u,
    instead: "a string that is not translated",
    wrong: ["SELECT", "CSV", "textarea"],
    right: ["Select a run", "Input"],
  },
  {
    pattern: /^[^\p{L}]*$/u,
    instead: "a string that is not translated",
    wrong: ["", " · ", "{0}: {1}"],
    right: ["at {0}"],
  },
];

const RULES = [...TERMS, SPELLING, ...NUMBERS, ...GLUE];

function readTexts(): Map<string, string> {
  const texts = new Map<string, string>();
  const add = (text: string, from: string): unknown => texts.has(text) || texts.set(text, from);
  for (const folder of ["src", "webview"])
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
      const path = join(entry.parentPath, entry.name);
      for (const text of collectTranslated(readFileSync(path, "utf8"))) add(text, path.slice(ROOT.length + 1));
    }
  for (const file of ["l10n/bundle.l10n.json", "package.nls.json"]) {
    const bundle = JSON.parse(readFileSync(join(ROOT, file), "utf8")) as Record<string, string | { message: string }>;
    for (const text of Object.values(bundle)) add(typeof text === "string" ? text : text.message, file);
  }
  return texts;
}

describe("a rule of the style guide", () => {
  test.each(RULES)("finds its own examples: $pattern", ({ pattern, wrong, right }) => {
    expect(wrong.filter((text) => !pattern.test(text))).toEqual([]);
    expect(right.filter((text) => pattern.test(text))).toEqual([]);
  });
});

describe("every text", () => {
  const texts = readTexts();

  test("is read", () => expect(texts.size).toBeGreaterThan(1400));

  test("keeps to the style guide", () => {
    const found = [...texts].flatMap(([text, from]) =>
      RULES.filter(({ pattern }) => pattern.test(text)).map(
        ({ pattern, instead }) =>
          `${from}: ${JSON.stringify(text)} has "${pattern.exec(text)?.[0]}"; write: ${instead}`,
      ),
    );
    expect(found).toEqual([]);
  });
});
