/** The list as it is printed: each claim with its numbers and its verdict. */
import type { Claim, Verdict } from "./claim";
import type { Run, RunJob } from "./runJob";

export { CLAIMS } from "./claims";

/** The same for jobs that run the same experiment and record the same. */
export function keyOf(job: RunJob): string {
  return JSON.stringify(job);
}

/** Of the claims' jobs each one once, those that take longest first. */
export function jobsOf(claims: readonly Claim[]): RunJob[] {
  const jobs = new Map(
    claims.flatMap(({ jobs: named }) => Object.values(named).flat()).map((job) => [keyOf(job), job]),
  );
  return [...jobs.values()].sort((a, b) => roughCost(b) - roughCost(a));
}

/** In no unit: multiplications of an experiment. */
function roughCost({ experiment }: RunJob): number {
  const { task, model, training } = experiment as Record<string, Record<string, number> | undefined>;
  const size = model?.["hiddenSize"] ?? 1;
  const steps = task?.["length"] ?? 10;
  return (training?.["iterations"] ?? 1000) * (training?.["batchSize"] ?? 20) * steps * size * size;
}

export interface Judged extends Verdict {
  readonly id: string;
  readonly says: string;
  readonly range: string;
}

/** @param runs by the key of their job */
export function judgeClaims(claims: readonly Claim[], runs: ReadonlyMap<string, Run>): Judged[] {
  return claims.map(({ id, says, range, jobs, judge }) => {
    const own = Object.fromEntries(
      Object.entries(jobs).map(([name, list]) => [name, list.map((job) => runs.get(keyOf(job))!)]),
    );
    return { id, says, range, ...judge(own) };
  });
}

export function describeClaims(judged: readonly Judged[]): string {
  const lines = judged.map(
    ({ id, says, range, holds, numbers }) =>
      `${holds ? "holds" : "FALSE"}  ${id}\n       ${says}\n       measured: ${numbers}\n       for: ${range}`,
  );
  const count = judged.filter(({ holds }) => holds).length;
  return [...lines, `${count} of ${judged.length} claims hold`].join("\n");
}
