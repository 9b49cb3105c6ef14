import * as l10n from "@vscode/l10n";
import { compareConfigs } from "../config/compare/compareConfigs";
import type { Experiment } from "../config/schema/schema";
import type { RunReader } from "../threads/runReader";
import type { Comparison, ComparedRun } from "../shared/wire/comparison";
import { distinctLooks, type RunIdentity } from "../shared/wire/runIdentity";
import { formatDuration } from "../shared/words/numberFormat";
import { stateWord } from "./describeRun";
import type { ListedRun, ListedRuns } from "./listedRun";

/** Of a curve, which is whole up to half as many iterations. */
const POINTS = 2 ** 14;

/** @param baseline ID of the run that the others are measured against */
export async function collectComparison(
  listed: ListedRuns,
  entries: readonly ListedRun[],
  baseline: string | null,
  reader: RunReader,
): Promise<Comparison> {
  const runs = nameRuns(entries, (entry) => listed.identity(entry));
  const read = await listed.readCurves(reader, entries, POINTS);
  const problems: string[] = [];
  const readable: { readonly entry: ListedRun; readonly run: ComparedRun }[] = [];
  runs.forEach((named, index) => {
    const { entry, title } = named;
    const result = read[index];
    if (result === undefined) problems.push(l10n.t("{0} cannot be shown because it could not be read.", title));
    else if ("problem" in result) problems.push(l10n.t("{0} cannot be shown: {1}", title, result.problem));
    else readable.push({ entry, run: comparedRun(named, result.curves) });
  });
  return {
    runs: readable.map(({ run }) => run),
    baseline: readable.some(({ entry }) => entry.id === baseline) ? baseline : null,
    differences: differencesOf(readable.map(({ entry }) => entry.meta.config)),
    problems,
    notes: readable.flatMap(({ entry, run }) => listed.notesOn(entry).map((note) => `${run.title}: ${note}`)),
  };
}

/** Among the runs that have an experiment; "–" for the others. */
function differencesOf(configs: readonly (Experiment | null)[]): Comparison["differences"] {
  const places = configs.flatMap((config, index) => (config === null ? [] : [index]));
  return compareConfigs(configs.filter((config) => config !== null)).map(({ path, values }) => ({
    path,
    values: configs.map((_, index) => values[places.indexOf(index)] ?? "–"),
  }));
}

interface NamedEntry extends Pick<ComparedRun, "number" | "look" | "title"> {
  readonly entry: ListedRun;
}

/** Runs of several experiments may have equal names, which then have the experiment before them, and equal numbers. */
function nameRuns(entries: readonly ListedRun[], identify: (entry: ListedRun) => RunIdentity): NamedEntry[] {
  const identities = entries.map((entry) => ({ entry, ...identify(entry) }));
  const counts = new Map<string, number>();
  for (const { name } of identities) counts.set(name, (counts.get(name) ?? 0) + 1);
  const looks = distinctLooks(identities.map(({ entry, number }) => ({ number, startedAt: entry.meta.startedAt })));
  return identities.map(({ entry, number, name }, index) => ({
    entry,
    number,
    look: looks[index] ?? number,
    title: (counts.get(name) ?? 0) > 1 ? `${entry.meta.name}: ${name}` : name,
  }));
}

function comparedRun({ entry, number, look, title }: NamedEntry, curves: ComparedRun["curves"]): ComparedRun {
  const { id, meta, state, progress } = entry;
  const status = progress?.status;
  return {
    id,
    number,
    look,
    title,
    experiment: meta.name,
    state: state === "done" ? "" : stateWord(state),
    seed: meta.seed,
    duration: formatDuration(status?.trainMs ?? 0),
    iterations: status?.iteration ?? 0,
    curves,
  };
}
