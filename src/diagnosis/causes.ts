/** Which findings are causes, and which are their effects. */
import { WITHOUT_FIX, type Finding, type Fix, type RuleName } from "../shared/wire/findings";
import type { RunFacts } from "./runFacts";

/** From what explains the most to what is explained. */
const ORDER: readonly RuleName[] = [
  "contradictory-targets",
  "padding",
  "unscaled-targets",
  "saturated",
  "dead-relu",
  "exploding",
  "limit-cycle",
  "learning-rate-too-high",
  "clipped-too-often",
  "vanishing-in-depth",
  "update-ratio",
  "linear-layers",
  "vanishing",
  "label-noise",
  "overfitting",
  "loss-not-finite",
  "weights-not-finite",
  "last-value-only",
  "memoryless",
  "mean-only",
  "not-decreasing",
];

const NOTHING_LEARNED: readonly RuleName[] = ["last-value-only", "memoryless", "mean-only", "not-decreasing"];

/** What says the same again where the rule is found, or is no more than its consequence. */
const EXPLAINED: Partial<Readonly<Record<RuleName, readonly RuleName[]>>> = {
  "contradictory-targets": [...NOTHING_LEARNED, "overfitting", "label-noise", "vanishing"],
  padding: ["not-decreasing"],
  "unscaled-targets": [
    ...NOTHING_LEARNED,
    "update-ratio",
    "vanishing",
    "saturated",
    "clipped-too-often",
    "vanishing-in-depth",
  ],
  exploding: [
    "learning-rate-too-high",
    "vanishing",
    "vanishing-in-depth",
    "saturated",
    "dead-relu",
    "update-ratio",
    ...NOTHING_LEARNED,
  ],
  saturated: [
    "exploding",
    "vanishing",
    "vanishing-in-depth",
    "update-ratio",
    "learning-rate-too-high",
    ...NOTHING_LEARNED,
  ],
  "dead-relu": ["vanishing", "vanishing-in-depth", "update-ratio", "learning-rate-too-high", ...NOTHING_LEARNED],
  "learning-rate-too-high": ["vanishing", "vanishing-in-depth", "update-ratio", "overfitting", ...NOTHING_LEARNED],
  "limit-cycle": ["learning-rate-too-high", ...NOTHING_LEARNED],
  "clipped-too-often": ["update-ratio", "vanishing", "vanishing-in-depth", ...NOTHING_LEARNED],
  "update-ratio": NOTHING_LEARNED,
  "linear-layers": [...NOTHING_LEARNED, "vanishing"],
  "vanishing-in-depth": ["vanishing", "not-decreasing"],
  vanishing: ["not-decreasing"],
  "label-noise": ["overfitting"],
  memoryless: ["mean-only", "not-decreasing"],
  "mean-only": ["not-decreasing"],
  "last-value-only": ["not-decreasing"],
};

/** Units that the updates broke are an effect; from the start, the initialization is the cause. */
const IS_EFFECT_OF_STEPS: readonly RuleName[] = ["saturated", "dead-relu", "vanishing"];

/**
 * The cause first; without those that another one explains. Nothing is offered where the data are at fault, and no
 * lower learning rate where the gradient explodes with the initial weights: it only delays the first leap.
 */
export function byCause(findings: readonly Finding[], { stepPath }: RunFacts): Finding[] {
  const isEffect = (finding: Finding): boolean =>
    IS_EFFECT_OF_STEPS.includes(finding.rule) && finding.configPath === stepPath;
  const rank = (finding: Finding): number =>
    isStuck(finding) ? 0 : isEffect(finding) ? ORDER.indexOf("overfitting") + 0.5 : ORDER.indexOf(finding.rule);
  const explained = new Set<RuleName>();
  const explodesAtStart = findings.some(({ rule, configPath }) => rule === "exploding" && configPath !== stepPath);
  const isFixable = !findings.some(({ rule }) => WITHOUT_FIX.includes(rule));
  return [...findings]
    .sort((a, b) => rank(a) - rank(b))
    .filter((finding) => {
      if (explained.has(finding.rule) && !isStuck(finding)) return false;
      for (const rule of EXPLAINED[finding.rule] ?? []) explained.add(rule);
      return true;
    })
    .map((finding) => ({
      ...finding,
      fixes: finding.fixes.filter((fix) => isFixable && !(explodesAtStart && isStepSize(fix, stepPath))),
    }));
}

function isStepSize({ edits }: Fix, stepPath: RunFacts["stepPath"]): boolean {
  return edits.every(({ path }) => path === stepPath);
}

/** A gradient of 0 from which no weight can get away. */
function isStuck({ rule, numbers }: Finding): boolean {
  return rule === "not-decreasing" && numbers["gradientNorm"] === 0;
}
