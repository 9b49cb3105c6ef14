/** What has to hold after each action, whatever happened. */
import type { SessionState, HostState, PanelState } from "./protocol";
import { readPanels, type ShownPanel } from "./pages";
import { poll } from "./poll";
import type { Host } from "./hosts";
import type { World } from "./world";

type Rule = "iterations" | "files" | "memory" | "panel" | "button" | "saved" | "listed" | "window" | "loop";

export interface Problem {
  readonly rule: Rule;
  readonly text: string;
}

/** Against hanging only: a busy machine may need this long. */
const AGREE_MS = 60_000;
/**
 * Resident memory of an extension host with the experiments of the plan, which are small: VS Code's own, and a multiple
 * of what their training needs.
 */
const HOST_RSS_LIMIT = 1.5 * 2 ** 30;

const ACTIVE = ["starting", "running", "paused"];
const ENDED = ["done", "stopped", "diverged"];

/** @param isQuiet no fault is at work: what is to be saved is saved */
export async function checkRules(world: World, isQuiet: boolean, times: Times): Promise<Problem[]> {
  const { ledger, sentinels, windows } = world;
  const problems: Problem[] = [];
  const add = (rule: Rule, texts: readonly string[]): void =>
    void problems.push(...texts.map((text) => ({ rule, text })));
  if (windows.crashed > 0) add("window", ["The page of a window has crashed"]);
  for (const window of windows.open) {
    const host = await windows.untilHost(window);
    if (host === windows.frozenHost) continue;
    const state = await host.state();
    for (const { runId, lifetimeMs } of state.passed) ledger.notePassed(runId, lifetimeMs);
    times.largest("rss", state.rss / 2 ** 20);
    if (state.rss > HOST_RSS_LIMIT) add("memory", [`The extension host takes ${(state.rss / 2 ** 20).toFixed(0)} MB`]);
    add("panel", await times.measure("panel", () => panelsDiffer(world, window, host)));
    if (isQuiet) add("saved", await times.measure("saved", () => runsUnsaved(world, host)));
    if (isQuiet) add("listed", await times.measure("listed", () => runsUnlisted(world, host)));
  }
  await ledger.scan();
  add("iterations", ledger.takeProblems());
  add("files", await sentinels.check());
  return problems;
}

/** The longest time, or the largest number, of each kind. */
export class Times {
  readonly most = new Map<string, number>();
  readonly last = new Map<string, number>();

  largest(kind: string, value: number): void {
    this.last.set(kind, value);
    this.most.set(kind, Math.max(value, this.most.get(kind) ?? 0));
  }

  async measure<T>(kind: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await work();
    this.largest(kind, performance.now() - startedAt);
    return result;
  }
}

/** Each panel in sight shows what its host knows, and there is none that the host does not know of. */
async function panelsDiffer(world: World, window: number, host: Host): Promise<string[]> {
  let last = "";
  // What the host knew when it was first asked: a page that is further on shows it, too.
  const first = await host.state();
  const agreed = await poll(async () => {
    const state = await host.state();
    const shown = await readPanels(world.windows.page(window));
    const differences = compare(state, first, shown);
    last = differences;
    return differences === "" ? true : null;
  }, AGREE_MS);
  return agreed === null ? [last] : [];
}

function compare(now: HostState, first: HostState, shown: readonly ShownPanel[]): string {
  const known = now.panels.filter(({ isVisible }) => isVisible);
  const left = [...shown];
  for (const panel of known) {
    const index = left.findIndex((page) => agrees(panel, first, page));
    if (index < 0)
      return `The host shows ${describe(panel)}; the pages in sight are ${shown.map(describe).join(", ") || "none"}`;
    left.splice(index, 1);
  }
  const stray = left[0];
  return stray === undefined ? "" : `The page ${describe(stray)} has no panel in the host, which has ${known.length}`;
}

function agrees(panel: PanelState, first: HostState, page: ShownPanel): boolean {
  if (page.name !== panel.name || page.fileName !== panel.fileName || page.phase !== panel.phase) return false;
  if (panel.phase !== "running") return page.iteration === panel.iteration;
  const before = first.panels.find(({ uri }) => uri === panel.uri);
  // A run that has been started since counts from zero.
  const least = before === undefined || before.iteration > panel.iteration ? 0 : before.iteration;
  return page.iteration >= least;
}

const describe = ({ fileName, phase, iteration }: Pick<ShownPanel, "fileName" | "phase" | "iteration">): string =>
  `${fileName} ${phase} at ${iteration}`;

/** Runs under way are on the disk, and runs that have ended are there with their end. */
async function runsUnsaved(world: World, host: Host): Promise<string[]> {
  let last: string[] = [];
  const saved = await poll(async () => {
    const { sessions, passed } = await host.state();
    for (const { runId, lifetimeMs } of passed) world.ledger.notePassed(runId, lifetimeMs);
    await world.ledger.scan();
    last = sessions.flatMap((session) => unsaved(world, session));
    return last.length === 0 ? true : null;
  }, AGREE_MS);
  if (saved === null) return last;
  const { sessions } = await host.state();
  const whole = sessions.filter(
    ({ phase, runId, isRecorded }) => ENDED.includes(phase) && runId !== null && isRecorded,
  );
  return (await Promise.all(whole.map(({ runId }) => world.ledger.check(runId ?? "")))).flat();
}

function unsaved(world: World, { runId, isRecorded, phase, iteration, notSaved, fileName }: SessionState): string[] {
  if (runId === null || !isRecorded || iteration === 0) return [];
  const run = world.ledger.find(runId);
  const name = `The run ${runId} of ${fileName}, ${phase} at ${iteration}`;
  if (ACTIVE.includes(phase)) {
    if (notSaved !== null) return [`${name}, is not saved: ${notSaved}`];
    return run?.place === "runs" ? [] : [`${name}, has no file (${run?.place ?? "never had one"}) and does not say so`];
  }
  if (!ENDED.includes(phase) || (run?.isDestroyed === true && run.endedAs === null)) return [];
  // It ended while the disk refused writes, and is marked so.
  if (notSaved !== null) return [];
  if (run === undefined) return [`${name}, has left no file and is not marked as not saved`];
  if (run.isDestroyed || run.place === "gone") return [];
  return run.endedAs === phase && run.iteration === iteration
    ? []
    : [`${name}, is on the disk as ${run.endedAs ?? "not ended"} at ${run.iteration}`];
}

/** Each window lists every run that is in the folder. */
async function runsUnlisted(world: World, host: Host): Promise<string[]> {
  let missing: string[] = [];
  const all = await poll(async () => {
    await world.ledger.scan();
    const listed = new Set((await host.state()).listed.map(({ id }) => id));
    missing = world.ledger.present.filter(({ id }) => !listed.has(id)).map(({ id }) => id);
    return missing.length === 0 ? true : null;
  }, AGREE_MS);
  return all === null ? [`The window does not list ${missing.join(", ")}`] : [];
}
