/** All cases, by the rules of the generators. */
import { SICK_KINDS, type CorpusCase, type Generator, type Kind } from "./case";
import { Draw, HALVES, type Half } from "./draw";
import { exploding, vanishing, vanishingInDepth } from "./kinds/gradients";
import { healthy } from "./kinds/healthy";
import { lastValueOnly, meanOnly, memoryless, overfitting } from "./kinds/outcomes";
import { clippedToDeath, cycle, tooHigh, tooLow } from "./kinds/steps";
import { contradictory, labelNoise, padding, unscaled } from "./kinds/targets";
import { dead, saturated } from "./kinds/units";

const GENERATORS: Readonly<Record<Kind, Generator>> = {
  healthy,
  exploding,
  vanishing,
  "vanishing-in-depth": vanishingInDepth,
  saturated,
  dead,
  "too-high": tooHigh,
  "too-low": tooLow,
  "clipped-to-death": clippedToDeath,
  cycle,
  overfitting,
  "mean-only": meanOnly,
  "last-value-only": lastValueOnly,
  memoryless,
  contradictory,
  unscaled,
  "label-noise": labelNoise,
  padding,
};

/** Cases whose label holds, in each half. */
const WANTED: Readonly<Record<"healthy" | "sick", number>> = { healthy: 150, sick: 16 };

/** The numbers of the half for testing were not run while thresholds were set. */
const FIRST: Readonly<Record<Half, number>> = { tuning: 0, "held-out": 1000 };

export function makeCase(kind: Kind, half: Half, index: number): CorpusCase {
  return { id: `${kind}/${half}/${index}`, kind, half, ...GENERATORS[kind](new Draw(kind, half, FIRST[half] + index)) };
}

/** Of each kind and half, in the order in which they are filled. */
export function listKinds(): { readonly kind: Kind; readonly half: Half; readonly wanted: number }[] {
  return HALVES.flatMap((half) =>
    (["healthy", ...SICK_KINDS] as const).map((kind) => ({
      kind,
      half,
      wanted: kind === "healthy" ? WANTED.healthy : WANTED.sick,
    })),
  );
}
