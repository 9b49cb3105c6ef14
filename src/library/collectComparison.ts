import * as l10n from "@vscode/l10n";
import { compareConfigs } from "../config/compare/compareConfigs";
import type { RunEntry } from "../runs/runStore";
import type { RunReader } from "../threads/runReader";
import type { Comparison, ComparedRun } from "../shared/wire/comparison";
import { formatDuration } from "../shared/words/numberFormat";
import { stateWord, titleOf } from "./describeRun";

/** Of a curve, which is whole up to half as many iterations. */
const POINTS = 2 ** 14;

/**
 * @param baseline the run that the others are measured against; it comes first, and comes along when it is not chosen
 */
export async function collectComparison(
  chosen: readonly RunEntry[],
  baseline: RunEntry | null,
  reader: RunReader,
  language: string,
): Promise<Comparison> {
  const entries = baseline === null ? chosen : [baseline, ...chosen.filter(({ id }) => id !== baseline.id)];
  const read = await reader.readCurves(
    entries.map(({ path }) => path),
    POINTS,
  );
  const problems: string[] = [];
  const readable: { readonly entry: RunEntry; readonly run: ComparedRun }[] = [];
  entries.forEach((entry, index) => {
    const result = read[index];
    const title = titleOf(entry, language);
    if (result === undefined) problems.push(l10n.t("{0} cannot be shown because it could not be read.", title));
    else if ("problem" in result) problems.push(l10n.t("{0} cannot be shown: {1}", title, result.problem));
    else readable.push({ entry, run: comparedRun(entry, title, result.curves) });
  });
  return {
    runs: readable.map(({ run }) => run),
    baseline: readable.some(({ entry }) => entry.id === baseline?.id) ? (baseline?.id ?? null) : null,
    differences: compareConfigs(readable.map(({ entry }) => entry.meta.config)),
    problems,
  };
}

function comparedRun(
  { id, meta, state, progress }: RunEntry,
  title: string,
  curves: ComparedRun["curves"],
): ComparedRun {
  const status = progress?.status;
  return {
    id,
    number: meta.number,
    title,
    experiment: meta.name,
    state: state === "done" ? "" : stateWord(state),
    seed: meta.seed,
    duration: formatDuration(status?.trainMs ?? 0),
    iterations: status?.iteration ?? 0,
    curves,
  };
}
