/** Trials put together, so that what an engine takes to start something is small beside what it starts. */
import type { EngineSetup } from "./engine";
import { numberOption } from "./engineOptions";

/** Slurm starts two elements about every 3 seconds; of elements that last so long, that is a tenth. */
const LEAST_SECONDS = 30;

/**
 * @param pack trials of one; null: so many that one lasts 30 s
 * @param most packs at most; then each has more trials
 */
export function packTrials(
  trials: readonly number[],
  {
    pack,
    trialSeconds,
    most = Infinity,
  }: {
    readonly pack: number | null;
    readonly trialSeconds: number;
    readonly most?: number;
  },
): number[][] {
  const wanted = pack ?? Math.ceil(LEAST_SECONDS / Math.max(trialSeconds, 1e-6));
  const size = Math.max(1, wanted, Math.ceil(trials.length / most));
  return Array.from({ length: Math.ceil(trials.length / size) }, (_, i) => trials.slice(i * size, (i + 1) * size));
}

/** Trials of one pack as the user has it; null: as many as last long enough. A search that learns waits for a pack. */
export function packSize({ options, isLearning }: Pick<EngineSetup, "options" | "isLearning">): number | null {
  return numberOption(options, "pack") ?? (isLearning ? 1 : null);
}

/** As `--index` has it: "3,10-19". */
export function indexText(trials: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const index of trials) {
    const last = ranges.at(-1);
    if (last !== undefined && index === last[1] + 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}
