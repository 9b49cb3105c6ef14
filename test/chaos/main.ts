/** From options to a verdict: one run, and a shorter sequence when it fails. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OUT } from "../../scripts/paths.mjs";
import { runChaos, type ChaosFailure, type ChaosFigures, type ChaosResult } from "./chaos";
import { ACTIONS, describeStep, FAULTS, planSteps, type Step } from "./plan";
import { shrink } from "./shrink";

export interface MainOptions {
  readonly seed: number;
  /** How long; null: until the steps are done. */
  readonly minutes: number | null;
  /** How many; null: until the time is over. */
  readonly steps: number | null;
  readonly windows: number;
  readonly without: readonly string[];
  /** File with the steps, in place of a seed. */
  readonly replay: string | null;
  /** For the search for a shorter sequence; 0: none. */
  readonly shrinkMinutes: number;
  readonly probe: string;
  readonly log: (line: string) => void;
}

/** What failures leave behind. */
const KEPT = join(OUT, "chaos");
/** Times are judged in runs of at least this length. */
const JUDGED_MINUTES = 10;
/** What a killed process has not yet written, see docs/run-files.md. */
const MOST_LOST_MS = 500;
const LOOP_P99_MS = { all: 50, streaming: 20 } as const;
/** Of this process, which is nearly idle: where its timers are later than this, times cannot be judged. */
const MACHINE_P99_MS = 10;
/** As many steps are tried by themselves when those since the last quiet moment do not fail alone. */
const LONGER_TAILS = [30, 120] as const;

export interface Verdict {
  readonly passed: boolean;
  readonly seed: number;
  readonly minutes: number;
  readonly steps: number;
  readonly figures: ChaosFigures;
  readonly problem: string | null;
}

/** @throws Error when an option makes no sense */
export async function main(options: MainOptions): Promise<Verdict> {
  for (const kind of options.without)
    if (!ACTIONS.some((known) => known === kind)) throw new Error(`There is no action ${kind}: ${ACTIONS.join(", ")}`);
  const startedAt = performance.now();
  const minutesSince = (): number => (performance.now() - startedAt) / 60_000;
  const { minutes, steps: most } = options;
  const steps =
    options.replay === null ? planned(options) : (JSON.parse(readFileSync(options.replay, "utf8")) as Step[]);
  mkdirSync(KEPT, { recursive: true });
  const result = await runChaos(steps, {
    ...options,
    record: { folder: KEPT, name: `seed-${options.seed}` },
    without: new Set(options.without),
    mayGoOn: () => most !== null || options.replay !== null || minutesSince() < (minutes ?? 0),
  });
  const took = minutesSince();
  const late = result.failure === null && took >= JUDGED_MINUTES ? judgeTimes(result.figures) : [];
  printFigures(options, result, took);
  if (result.failure !== null) await explain(options, result, result.failure);
  const problem = result.failure?.text ?? late[0] ?? null;
  for (const line of late) options.log(`TOO SLOW: ${line}`);
  return {
    passed: problem === null,
    seed: options.seed,
    minutes: took,
    steps: result.steps.length,
    figures: result.figures,
    problem,
  };
}

function* planned({ seed, steps }: MainOptions): Generator<Step> {
  let count = 0;
  for (const step of planSteps(seed)) {
    if (steps !== null && count++ >= steps) return;
    yield step;
  }
}

/** @returns what took longer than promised, in words */
function judgeTimes({ lost, loopP99 }: ChaosFigures): string[] {
  const late: string[] = [];
  const mostLost = Math.max(0, ...lost);
  if (loopP99.machine > MACHINE_P99_MS) return [];
  if (mostLost > MOST_LOST_MS) late.push(`a kill cost ${mostLost.toFixed(0)} ms of training, not ${MOST_LOST_MS}`);
  for (const kind of ["all", "streaming"] as const)
    if (loopP99[kind] > LOOP_P99_MS[kind])
      late.push(`event loop p99 ${loopP99[kind].toFixed(1)} ms (${kind}), not ${LOOP_P99_MS[kind]}`);
  return late;
}

function printFigures({ log }: MainOptions, { figures, steps }: ChaosResult, minutes: number): void {
  const { done, skipped, lost, most, loopP99 } = figures;
  const faults = FAULTS.reduce((sum, kind) => sum + (done[kind] ?? 0), 0);
  const seconds = (kind: string): string => ((most[kind] ?? 0) / 1000).toFixed(1);
  log("");
  log(`actions      ${steps.length} in ${minutes.toFixed(1)} min, ${faults} of them faults`);
  log(
    `             ${Object.entries(done)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(", ")}`,
  );
  for (const [kind, reason] of Object.entries(skipped)) log(`skipped      ${kind}: ${reason}`);
  const sorted = [...lost].sort((a, b) => a - b);
  log(
    `kills        ${done["kill"] ?? 0}, ${lost.length} runs measured; training lost: median ${(sorted[sorted.length >> 1] ?? 0).toFixed(0)}, most ${(sorted.at(-1) ?? 0).toFixed(0)} ms; the next host after at most ${seconds("restart")} s`,
  );
  log(
    `agreement    of page and host after at most ${seconds("panel")} s, of disk and host ${seconds("saved")} s, of list and disk ${seconds("listed")} s`,
  );
  log(`memory       a host took at most ${(most["rss"] ?? 0).toFixed(0)} MB`);
  const delay = (ms: number): string => (Number.isNaN(ms) ? "not measured" : `${ms.toFixed(1)} ms`);
  const judged =
    minutes < JUDGED_MINUTES
      ? `not judged: shorter than ${JUDGED_MINUTES} min`
      : loopP99.machine > MACHINE_P99_MS
        ? "not judged: the machine is too busy"
        : "judged";
  log(
    `event loop   p99 ${delay(loopP99.all)}, ${delay(loopP99.streaming)} while nothing but training goes on; ${delay(loopP99.machine)} in an idle process (${judged})`,
  );
}

/** Writes the sequence down, and looks for a shorter one. */
async function explain(options: MainOptions, { steps }: ChaosResult, failure: ChaosFailure): Promise<void> {
  const { log, seed } = options;
  const write = (name: string, list: readonly Step[]): string => {
    const file = join(KEPT, `${name}.json`);
    writeFileSync(file, `[\n${list.map((step) => JSON.stringify(step)).join(",\n")}\n]\n`);
    return file;
  };
  log("");
  log(`FAILED with seed ${seed} (${failure.rule}): ${failure.text}`);
  log(`pictures and the log of the extension: ${join(KEPT, `seed-${seed}*`)}`);
  log(`all steps: npm run chaos -- --replay ${write(`seed-${seed}`, steps)}`);
  const end = performance.now() + options.shrinkMinutes * 60_000;
  const mayGoOn = (): boolean => performance.now() < end;
  const shorter = mayGoOn() ? await findShorter(options, steps, failure, mayGoOn) : null;
  const shown = shorter ?? failure.recent;
  log(
    shorter === null
      ? `the ${shown.length} steps since all rules last held: npm run chaos -- --replay ${write(`seed-${seed}-recent`, shown)}`
      : `${shown.length} steps fail in the same way: npm run chaos -- --replay ${write(`seed-${seed}-short`, shown)}`,
  );
  for (const step of shown) log(`  ${describeStep(step)}, then ${step.waitMs} ms`);
}

/** @returns null when no part of the sequence fails by itself */
async function findShorter(
  options: MainOptions,
  steps: readonly Step[],
  failure: ChaosFailure,
  mayGoOn: () => boolean,
): Promise<readonly Step[] | null> {
  let tries = 0;
  const fails = async (some: readonly Step[]): Promise<boolean> => {
    const again = await runChaos(some, {
      ...options,
      without: new Set(options.without),
      mayGoOn: () => true,
      record: null,
      log: () => undefined,
    });
    const same = again.failure?.rule === failure.rule;
    options.log(`try ${++tries}: ${some.length} steps ${same ? "fail, too" : "hold"}`);
    return same;
  };
  // The first step after the last quiet moment may need an experiment that runs, as the first steps of a plan make one.
  const opening = steps.slice(0, 2);
  const tails = [failure.recent, ...LONGER_TAILS.map((count) => steps.slice(2).slice(-count))];
  for (const tail of tails) {
    const some = [...opening, ...tail.filter((step) => !opening.includes(step))];
    if (mayGoOn() && (await fails(some))) return shrink(some, fails, mayGoOn);
  }
  return null;
}
