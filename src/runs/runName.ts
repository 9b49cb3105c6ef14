/**
 * What a run is called and which number it has, the same in lists, panels, comparisons, and exports. Whoever shows runs
 * of a window asks `RunLibrary.identity`, which keeps {@link runIdentities} of all of them.
 */
import * as l10n from "@vscode/l10n";
import { summarizeVaried } from "../config/compare/variedValues";
import { printable } from "../lib/outsideText";
import type { RunIdentity } from "../shared/wire/runIdentity";
import type { RunMeta } from "./format/runContents";
import type { RunNotes } from "./runNotes";

/** As much of a `RunEntry` as its name follows from. */
export interface NamedRun {
  readonly id: string;
  readonly meta: Pick<RunMeta, "number" | "varied" | "uri" | "name" | "startedAt" | "resumedFrom">;
  readonly notes: Pick<RunNotes, "name">;
}

export interface NameContext {
  /** Of the window, for times; left out: that of the system. */
  readonly language?: string;
  /** Milliseconds since 1970: runs of today are named by the time alone. */
  readonly now?: number;
  /** Instead of {@link runName}, for who keeps names. */
  readonly nameOf?: (run: NamedRun, notes: NamedRun["notes"], number: number) => string;
}

/** Of experiments that came in a bundle: they are no files. */
export const IMPORTED_SCHEME = "rnnlab-imported";

/**
 * The name that the user gave the run, else what was varied against the run before it ("clip.norm 2"), else its number
 * and time ("Run 5 · 6:15 PM"). Runs may share it: {@link runIdentities} tells them apart.
 * @param number of the run where it is shown; left out: that in its file
 */
export function runName(
  { meta, notes }: Pick<NamedRun, "meta" | "notes">,
  { language, now }: NameContext = {},
  number = meta.number,
): string {
  if (notes.name !== null) return printable(notes.name);
  const varied = summarizeVaried(meta.varied);
  if (meta.uri.startsWith(`${IMPORTED_SCHEME}:`))
    return printable(varied === "" ? meta.name : `${meta.name}: ${varied}`);
  return varied === ""
    ? l10n.t("Run {0} · {1}", number, formatRunTime(meta.startedAt, language, now))
    : printable(varied);
}

/**
 * The number and name of each run by its id.
 *
 * Files of version 0.1 and imported runs have no number: they get those that are free, in the order in which they were
 * started. Runs of one experiment with equal names have their numbers added: "clip.norm 2 (#7)". A run that goes on
 * from another has the name of that one.
 * @param runs all runs of their experiments, or the names depend on what is left out
 */
export function runIdentities(runs: readonly NamedRun[], context: NameContext = {}): ReadonlyMap<string, RunIdentity> {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const identities = new Map<string, RunIdentity>();
  for (const group of groupBy(runs, ({ meta }) => meta.uri).values()) {
    const numbers = numbersOf(group);
    const named = group.map((run) => {
      const number = numbers.get(run.id) ?? 0;
      const former = run.meta.resumedFrom === null ? undefined : byId.get(run.meta.resumedFrom);
      const notes = run.notes.name === null && former !== undefined ? former.notes : run.notes;
      const name = context.nameOf?.(run, notes, number) ?? runName({ meta: run.meta, notes }, context, number);
      return { id: run.id, number, name };
    });
    const continued = new Set(group.map(({ meta }) => meta.resumedFrom));
    const counts = new Map<string, number>();
    for (const { id, name } of named) if (!continued.has(id)) counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const { id, number, name } of named)
      identities.set(id, {
        number,
        name: (counts.get(name) ?? 0) > 1 ? `${name} (#${number})` : name,
      });
  }
  return identities;
}

/** One more than the largest number of the runs of the experiment file. */
export function nextRunNumber(runs: readonly NamedRun[], uri: string): number {
  const numbers = numbersOf(runs.filter(({ meta }) => meta.uri === uri));
  return [...numbers.values()].reduce((most, number) => Math.max(most, number), 0) + 1;
}

/** "6:15 PM" today, "Nov 28, 6:15 PM" on other days. */
export function formatRunTime(time: number, language?: string, now = Date.now()): string {
  const { today, earlier, texts } = timeFormats(language);
  const day = dayOf(now);
  const isToday = time >= day.start && time < day.end;
  const minute = Math.floor(time / 60_000);
  const known = texts.get(minute);
  if (known !== undefined && known.isToday === isToday) return known.text;
  if (texts.size >= MAX_TEXTS) texts.clear();
  const text = (isToday ? today : earlier).format(time);
  texts.set(minute, { text, isToday });
  return text;
}

/** @param runs of one experiment */
function numbersOf(runs: readonly NamedRun[]): ReadonlyMap<string, number> {
  const numbers = new Map(runs.filter(({ meta }) => meta.number > 0).map(({ id, meta }) => [id, meta.number]));
  const taken = new Set(numbers.values());
  let next = 1;
  for (const { id } of runs.filter(({ meta }) => meta.number === 0).sort(byStart)) {
    while (taken.has(next)) next++;
    numbers.set(id, next++);
  }
  return numbers;
}

function byStart(a: NamedRun, b: NamedRun): number {
  return a.meta.startedAt - b.meta.startedAt || (a.id < b.id ? -1 : 1);
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

interface TimeFormats {
  readonly today: Intl.DateTimeFormat;
  readonly earlier: Intl.DateTimeFormat;
  /** By the minute: a list formats those of thousands of runs again with each change of its names. */
  readonly texts: Map<number, { readonly text: string; readonly isToday: boolean }>;
}

/** More than a list has runs. */
const MAX_TEXTS = 10_000;
/** One costs as much as a thousand times that it is used. */
const formats = new Map<string | undefined, TimeFormats>();

function timeFormats(language?: string): TimeFormats {
  const known = formats.get(language);
  if (known !== undefined) return known;
  const clock = { hour: "numeric", minute: "2-digit" } as const;
  const made = {
    today: new Intl.DateTimeFormat(language, clock),
    earlier: new Intl.DateTimeFormat(language, { ...clock, month: "short", day: "numeric" }),
    texts: new Map(),
  };
  formats.set(language, made);
  return made;
}

/** In milliseconds since 1970, the end not included. */
interface Day {
  readonly start: number;
  readonly end: number;
}

let latestDay: Day = { start: 0, end: 0 };

/** The local day of a moment. */
function dayOf(time: number): Day {
  if (time >= latestDay.start && time < latestDay.end) return latestDay;
  const date = new Date(time);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  latestDay = { start: new Date(year, month, day).getTime(), end: new Date(year, month, day + 1).getTime() };
  return latestDay;
}
