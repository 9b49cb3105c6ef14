// @ts-check
/** node scripts/example-data.mjs: writes the made-up tables of examples 16 and 17, the same bytes each time. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLES } from "./paths.mjs";

/** Mulberry32. @param {number} seed */
function randomSource(seed) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // Twelve numbers from 0 to 1 have variance 1.
  const normal = () => Array.from({ length: 12 }, uniform).reduce((sum, value) => sum + value, -6);
  return { uniform, normal };
}

/** Where the hand is at the part `t` of the gesture, 0 to 1. */
const GESTURES = {
  circle: (/** @type {number} */ t, /** @type {number} */ start) => [
    Math.cos(2 * Math.PI * (t + start)),
    Math.sin(2 * Math.PI * (t + start)),
  ],
  swipe: (/** @type {number} */ t, /** @type {number} */ start) => [2 * t - 1, 0.6 * (start - 0.5)],
  zigzag: (/** @type {number} */ t, /** @type {number} */ start) => [
    2 * t - 1,
    0.8 * (4 * Math.abs(((3 * t + start) % 1) - 0.5) - 1),
  ],
};

const PEOPLE = 12;

/** A recording of each gesture by each person, 20 to 59 places long. */
export function gestures() {
  const { uniform, normal } = randomSource(16);
  const rows = ["recording,gesture,x,y"];
  for (let person = 1; person <= PEOPLE; person++)
    for (const [gesture, placeAt] of Object.entries(GESTURES)) {
      const steps = 20 + Math.floor(40 * uniform());
      const start = uniform();
      const size = 0.7 + 0.6 * uniform();
      for (let step = 0; step < steps; step++) {
        const place = placeAt(step / (steps - 1), start).map((value) => (size * value + 0.12 * normal()).toFixed(2));
        rows.push(`p${String(person).padStart(2, "0")}-${gesture},${gesture},${place.join(",")}`);
      }
    }
  return `${rows.join("\n")}\n`;
}

const MONTHS = 180;
const YEAR = 12;

/** The visitors of a museum in fourteen years: they double, come in summer, and drift. */
export function visitors() {
  const { normal } = randomSource(17);
  let drift = 0;
  const counts = Array.from({ length: MONTHS }, (_, month) => {
    drift = 0.8 * drift + 0.02 * normal();
    const trend = 4000 * Math.exp((0.9 * month) / MONTHS + drift);
    const season =
      1 + 0.35 * Math.sin((2 * Math.PI * (month - 3)) / YEAR) + 0.12 * Math.sin((4 * Math.PI * month) / YEAR);
    return Math.round(trend * season * (1 + 0.02 * normal()));
  });
  const rows = counts.slice(YEAR).map((count, index) => {
    const year = 2011 + Math.floor(index / YEAR);
    const month = String((index % YEAR) + 1).padStart(2, "0");
    return `${year}-${month},${count},${count - (counts[index] ?? 0)}`;
  });
  return ["month,visitors,change", ...rows, ""].join("\n");
}

if (import.meta.main) {
  writeFileSync(join(EXAMPLES, "gestures.csv"), gestures());
  writeFileSync(join(EXAMPLES, "museum.csv"), visitors());
}
