/**
 * Fuzzing, seeded and logged. `npm test` runs a short part of each on the same inputs every time, so that a change
 * answers for itself only; `npm run fuzz` runs the whole on new ones. Every property prints its seed, and RNNLAB_SEED=N
 * runs the same inputs again.
 */
import { appendFileSync } from "node:fs";
import fc from "fast-check";

/** Unset within `npm test`; else what scripts/fuzz.mjs was asked for. */
const VOLUME = process.env["RNNLAB_FUZZ"];
/** Where scripts/fuzz.mjs reads what was done, one line of JSON a property. */
const RESULTS = process.env["RNNLAB_FUZZ_RESULTS"];
const SMOKE_INPUTS = 20;
const SEED = Number(process.env["RNNLAB_SEED"] ?? 1);
/** Against hanging only: no input of these sizes takes a busy machine this long. */
const HANG_MS = 20_000;

export interface Volume {
  readonly short: number;
  readonly full: number;
}

function inputsOf({ short, full }: Volume): number {
  if (VOLUME === "smoke") return SMOKE_INPUTS;
  return VOLUME === "full" ? full : short;
}

/** Without vitest's `expect`, which costs more than what is tested. */
export function assert(condition: boolean, claim: string): void {
  if (!condition) throw new Error(`not so: ${claim}`);
}

/** @throws with the seed and the smallest input that fails */
export function fuzz<T>(name: string, volume: Volume, inputs: fc.Arbitrary<T>, holds: (input: T) => void): void {
  const numRuns = inputsOf(volume);
  const start = performance.now();
  fc.assert(
    fc.property(inputs, (input) => {
      const began = performance.now();
      holds(input);
      assert(performance.now() - began < HANG_MS, "no input takes long");
    }),
    { numRuns, seed: SEED },
  );
  logRun(name, numRuns, start);
}

export async function fuzzAsync<T>(
  name: string,
  volume: Volume,
  inputs: fc.Arbitrary<T>,
  holds: (input: T) => Promise<void>,
): Promise<void> {
  const numRuns = inputsOf(volume);
  const start = performance.now();
  await fc.assert(fc.asyncProperty(inputs, holds), { numRuns, seed: SEED });
  logRun(name, numRuns, start);
}

function logRun(name: string, inputs: number, start: number): void {
  if (RESULTS === undefined) return;
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(
    `fuzz: ${name}: ${inputs.toLocaleString("en-US")} inputs, seed ${SEED}, ${seconds.toFixed(1)} s\n`,
  );
  appendFileSync(RESULTS, `${JSON.stringify({ name, inputs, seconds })}\n`);
}
