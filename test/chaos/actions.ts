/** How each action of the plan is done in a real window. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EXPERIMENTS, FIELDS } from "./experiments";
import type { Host } from "./hosts";
import { readPanels } from "./pages";
import { poll } from "./poll";
import type { Action, ExperimentAction, RunAction, Step, TypingAction } from "./plan";
import type { Edited, HostState, SessionState } from "./protocol";
import type { World } from "./world";

/** Against hanging only. */
const EFFECT_MS = 60_000;
/** Of a window: sometimes shorter than VS Code's server waits for it, sometimes longer. */
const CLOSED_MS = [500, 3000, 9000] as const;

type UserAction = Exclude<Action, { kind: "kill" | "freeze" | "diskFull" | "readOnly" | "clock" }>;

/** The result of an action: a note for the log, and the rule it broke. */
export interface Done {
  readonly note?: string;
  readonly problem?: string;
}

/** @param host of the window */
export async function perform(
  world: World,
  { window, action }: Step & { action: UserAction },
  host: Host,
): Promise<Done> {
  const { windows } = world;
  switch (action.kind) {
    case "openSecond":
      return done(windows.openSecond());
    case "closeSecond":
      return windows.open.length < 2 ? { note: "it is not open" } : done(windows.close(1));
    case "reload":
      return done(windows.reload(window).then(() => windows.untilHost(window)));
    case "reopen":
      return done(windows.reopen(window, CLOSED_MS[Math.floor(performance.now()) % CLOSED_MS.length] ?? 0));
    case "closeEditors":
      return done(host.ask({ kind: "closeEditors" }));
    case "undoDelete":
      return done(ask(host, "undoDeleteRuns"));
    case "edit":
    case "nudge":
    case "typo":
      return type(world, action, host);
    case "press":
      return press(world, window, action, host);
    case "deleteRunFile":
    case "deleteRunsFolder":
      return destroy(world, action);
    case "openRun":
    case "resumeRun":
    case "deleteRun":
    case "pinRun":
    case "renameRun":
    case "shareRun":
    case "importDamaged":
      return onRun(world, action, host);
    default:
      return onExperiment(world, action, host);
  }
}

async function done(work: Promise<unknown>): Promise<Done> {
  await work;
  return {};
}

function ask(host: Host, command: string, ...args: readonly unknown[]): Promise<unknown> {
  return host.ask({ kind: "command", id: `rnnLab.${command}`, args });
}

function pathOf({ workspace }: World, experiment: number): string {
  return join(workspace, EXPERIMENTS[experiment]?.file ?? "");
}

async function onExperiment(world: World, { kind, experiment }: ExperimentAction, host: Host): Promise<Done> {
  const path = pathOf(world, experiment);
  if (kind === "openFile") return done(host.ask({ kind: "open", path }));
  if (kind === "closePanel") return done(host.ask({ kind: "closePanel", path }));
  return done(ask(host, kind === "race" ? "raceCells" : kind, { path }));
}

async function type(world: World, action: TypingAction, host: Host): Promise<Done> {
  const path = pathOf(world, action.experiment);
  if (action.kind === "typo") return done(host.ask({ kind: "typo", path, field: "learningRate" }));
  const { key = "seed", values = [] } = FIELDS[action.field] ?? {};
  if (action.kind === "nudge") return done(host.ask({ kind: "nudge", path, field: key, times: action.times }));
  const { save } = action;
  const value = values[action.value % values.length] ?? "1";
  const before = await readFile(path, "utf8");
  const { text, isSaved } = (await host.ask({ kind: "edit", path, field: key, value, save })) as Edited;
  world.sentinels.expect(path, [isSaved ? text : before]);
  return {};
}

/** A button acts when the run that the panel shows is another, or in another phase, or further on. */
async function press(
  { windows }: World,
  window: number,
  { panel: which, button: choice }: { readonly panel: number; readonly button: number },
  host: Host,
): Promise<Done> {
  const shown = await readPanels(windows.page(window));
  const panels = shown.filter(({ buttons, hasError }) => buttons.length > 0 && !hasError);
  const panel = panels[which % Math.max(1, panels.length)];
  if (panel === undefined) return { note: "no panel is in sight" };
  const control = panel.buttons[choice % panel.buttons.length] ?? "";
  const find = ({ panels: all, sessions }: HostState): SessionState | undefined => {
    const uri = all.find(({ name, fileName }) => name === panel.name && fileName === panel.fileName)?.uri;
    return sessions.find((session) => session.uri === uri);
  };
  const before = find(await host.state());
  const clicked = await panel.frame
    .locator(`.control-${control}`)
    .click({ timeout: EFFECT_MS / 4 })
    .then(
      () => true,
      () => false,
    );
  // The panel was hidden, or its button disabled, just then.
  if (!clicked) return { note: `"${control}" could not be clicked` };
  const acted = await poll(async () => {
    const now = find(await host.state());
    // A recorded run that is run again goes on in the session of its file.
    const isOther =
      before === undefined || now === undefined || before.runId !== now.runId || before.phase !== now.phase;
    return isOther || now.iteration !== before.iteration || before.uri.startsWith("rnnlab-") ? true : null;
  }, EFFECT_MS);
  return acted === null
    ? { problem: `"${control}" of ${panel.fileName} does nothing: ${JSON.stringify(before)}` }
    : { note: `"${control}" of ${panel.fileName}` };
}

async function onRun(world: World, { kind, run }: RunAction, host: Host): Promise<Done> {
  const listed = (await host.state()).listed;
  const chosen = listed[run % Math.max(1, listed.length)];
  if (chosen === undefined) return { note: "no run is listed" };
  const { id, state } = chosen;
  switch (kind) {
    case "deleteRun":
      return done(ask(host, "deleteRuns", id));
    case "renameRun":
      return done(ask(host, "renameRun", id, `Renamed ${run}`));
    case "resumeRun": {
      const resumable = listed.find((other) => other.state === "interrupted") ?? { id, state };
      return done(ask(host, "resumeRun", resumable.id, undefined, "last"));
    }
    case "shareRun":
      return shareRun(world, id, state, host, false);
    case "importDamaged":
      return shareRun(world, id, state, host, true);
    default:
      return done(ask(host, kind, id));
  }
}

/** Exports a run as a bundle and imports it; damaged, it has to be refused. */
async function shareRun({ shared }: World, id: string, state: string, host: Host, damaged: boolean): Promise<Done> {
  if (!["done", "stopped", "interrupted"].includes(state)) return { note: `its state is ${state}` };
  const folder = await ask(host, "exportRun", id, "bundle", { path: shared });
  // A full disk refuses, with a message.
  if (typeof folder !== "string" || folder === "waits") return { note: "it could not be exported" };
  if (damaged) await damage(folder);
  const imported = await ask(host, "importRun", { path: folder });
  await rm(folder, { recursive: true, force: true });
  return damaged && typeof imported === "string" && imported !== "waits"
    ? { problem: `a damaged bundle of ${id} was imported as ${imported}` }
    : {};
}

/** Turns one byte of its largest file around. */
async function damage(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== "README.md");
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), bytes: await readFile(join(folder, name)) })),
  );
  const largest = files.sort((a, b) => b.bytes.length - a.bytes.length)[0];
  if (largest === undefined) return;
  const middle = largest.bytes.length >> 1;
  largest.bytes[middle] = (largest.bytes[middle] ?? 0) ^ 0x20;
  await writeFile(largest.path, largest.bytes);
}

async function destroy(
  { ledger, disk, sentinels }: World,
  action: Extract<UserAction, { kind: "deleteRunFile" | "deleteRunsFolder" }>,
): Promise<Done> {
  await ledger.scan();
  const { present } = ledger;
  if (action.kind === "deleteRunFile") {
    // The latest are the ones under way.
    const run = [...present].reverse()[action.run % Math.min(3, Math.max(1, present.length))];
    if (run === undefined) return { note: "there is no file" };
    ledger.noteDestroyed(run.id);
    return done(rm(ledger.pathOf(run.id), { force: true }));
  }
  ledger.noteAllDestroyed();
  await disk.deleteRuns();
  // The folder stays away until somebody makes it: a run under way, or a program of the user.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return done(sentinels.writeInRuns());
}
