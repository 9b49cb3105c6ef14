/** One chaos run: the steps in their order, the rules after each, and what was measured. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { perform } from "./actions";
import { kill, LastingFaults, whyNot, type LastingFault } from "./faults";
import { HostGone, type Host } from "./hosts";
import { LoopDelays } from "./loopDelays";
import { describeStep, FAULTS, type Fault, type Step } from "./plan";
import { percentile } from "./protocol";
import { checkRules, Times, type Problem } from "./rules";
import { openWorld, type World } from "./world";

/** Of the disk; beyond that the user empties the trash. */
const EMPTIED_ABOVE = 0.5;
/** More than are ever under way. */
const LATEST_KEPT = 10;
/** One in so many quiet steps is followed by some seconds of nothing but training. */
const STREAMED_IN = 10;
const STREAMED_MS = 4000;
/** A host that starts, or stands still, is not late. */
const DISTURBING: ReadonlySet<string> = new Set(["kill", "freeze", "reload", "reopen", "clock"]);

export interface ChaosFailure extends Problem {
  /** Steps since all rules last held without a fault at work. */
  readonly recent: readonly Step[];
}

export interface ChaosResult {
  readonly steps: readonly Step[];
  readonly failure: ChaosFailure | null;
  readonly figures: ChaosFigures;
}

/** In milliseconds unless stated otherwise. */
export interface ChaosFigures {
  /** By kind of action. */
  readonly done: Readonly<Record<string, number>>;
  /** Faults that this machine does not allow, and why. */
  readonly skipped: Readonly<Record<string, string>>;
  /** Training that each kill of a host cost. */
  readonly lost: readonly number[];
  /**
   * The longest times: `panel`, `saved` and `listed` until page, disk and list agreed with the host, `restart` of a
   * killed host; and `rss`, megabytes.
   */
  readonly most: Readonly<Record<string, number>>;
  /** Event loop of the hosts: always, and while nothing but training went on; and of this process, for comparison. */
  readonly loopP99: { readonly all: number; readonly streaming: number; readonly machine: number };
}

export interface ChaosOptions {
  /** File of the bundled probe.ts. */
  readonly probe: string;
  /** Kinds of actions that are left out. */
  readonly without: ReadonlySet<string>;
  /** 1 or 2 */
  readonly windows: number;
  /** Folder and name for pictures and logs of a failure; null: none are kept. */
  readonly record: { readonly folder: string; readonly name: string } | null;
  readonly log: (line: string) => void;
  /** Asked before each step. */
  readonly mayGoOn: () => boolean;
}

export async function runChaos(steps: Iterable<Step>, options: ChaosOptions): Promise<ChaosResult> {
  const world = await openWorld(options.probe);
  const run = new ChaosRun(world, options);
  try {
    return await run.all(steps);
  } finally {
    await run.close();
  }
}

class ChaosRun {
  private readonly done: Step[] = [];
  private readonly counts: Record<string, number> = {};
  private readonly skipped: Record<string, string> = {};
  private readonly lost: number[] = [];
  private readonly times = new Times();
  private readonly faults: LastingFaults;
  private readonly startedAt = performance.now();
  private readonly own = new LoopDelays();
  private delays: number[] = [];
  private streaming: number[] = [];
  private recentFrom = 0;
  private quietSteps = 0;
  /** What the event loop did lately was not ordinary: the process was stopped, or has just started. */
  private isDisturbed = true;

  constructor(
    private readonly world: World,
    private readonly options: ChaosOptions,
  ) {
    this.faults = new LastingFaults(world);
    for (const kind of FAULTS) {
      const reason = whyNot(world, kind);
      if (reason !== null) this.skipped[kind] = reason;
    }
  }

  async all(steps: Iterable<Step>): Promise<ChaosResult> {
    let failure: ChaosFailure | null = null;
    for (const step of steps) {
      if (!this.options.mayGoOn()) break;
      if (this.options.without.has(step.action.kind)) continue;
      this.done.push(step);
      failure = await this.step(step);
      if (failure !== null) break;
    }
    if (failure === null) {
      await this.faults.endAll();
      failure = this.failureOf(await checkRules(this.world, true, this.times));
    }
    const { record } = this.options;
    if (failure !== null && record !== null) await this.world.windows.record(record.folder, record.name);
    return { steps: this.done, failure, figures: this.figures() };
  }

  async close(): Promise<void> {
    this.own.dispose();
    await this.faults.endAll();
    await this.world.close();
  }

  private async step(step: Step): Promise<ChaosFailure | null> {
    const { log } = this.options;
    const seconds = ((performance.now() - this.startedAt) / 1000).toFixed(1).padStart(7);
    const { kind } = step.action;
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    const problems: Problem[] = [];
    this.isDisturbed ||= this.faults.any || DISTURBING.has(kind);
    try {
      const { note, problem } = await this.act(step);
      log(`${seconds} s  ${describeStep(step)}${note === undefined ? "" : `: ${note}`}`);
      if (problem !== undefined) problems.push({ rule: kind === "press" ? "button" : "files", text: problem });
      await new Promise((resolve) => setTimeout(resolve, step.waitMs));
      for (const asked of await this.world.windows.dismissDialogs()) log(`${seconds} s  closed a question: ${asked}`);
      const over = await this.faults.pass();
      if (over.length > 0) log(`${seconds} s  over: ${over.join(", ")}`);
      problems.push(...(await checkRules(this.world, !this.faults.any, this.times)));
      if (problems.length === 0 && !this.faults.any) await this.onQuiet();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      problems.push({
        rule: "window",
        text: error instanceof HostGone ? error.message : (error.stack ?? error.message),
      });
    }
    return this.failureOf(problems);
  }

  private failureOf(problems: readonly Problem[]): ChaosFailure | null {
    const [first] = problems;
    for (const { rule, text } of problems) this.options.log(`          BROKEN (${rule}): ${text}`);
    return first === undefined ? null : { ...first, recent: this.done.slice(this.recentFrom) };
  }

  private async act(step: Step): Promise<{ readonly note?: string; readonly problem?: string }> {
    const { windows } = this.world;
    const { action } = step;
    const window = windows.numberOf(step.window);
    if (isFault(action)) return this.strike(action, window);
    if (action.kind === "openSecond" && this.options.windows < 2) return { note: "only one window" };
    const host = await windows.untilHost(window);
    if (host === windows.frozenHost) return { note: "the window hangs" };
    const done = await perform(this.world, { ...step, window: window === 1 ? 1 : 0, action }, host).catch(
      (error: unknown) => {
        // With a full disk an action may fail; the rules decide whether that did harm.
        if (error instanceof HostGone || !(error instanceof Error)) throw error;
        return { note: error.message.split("\n")[0] ?? "" };
      },
    );
    return done;
  }

  private async strike(
    fault: Exclude<Fault, { kind: "deleteRunFile" | "deleteRunsFolder" }>,
    window: number,
  ): Promise<{ readonly note?: string }> {
    if (fault.kind === "kill") {
      this.world.windows.thaw();
      const lost = await kill(this.world, window, this.faults.any, this.times);
      this.lost.push(...(lost ?? []).map(({ milliseconds }) => milliseconds));
      const words = (lost ?? []).map(
        ({ milliseconds, kept, seen }) => `${seen} seen, ${kept} on the disk, ${milliseconds.toFixed(0)} ms lost`,
      );
      return words.length === 0 ? {} : { note: words.join("; ") };
    }
    const reason = whyNot(this.world, fault.kind);
    if (reason !== null) return { note: `skipped, ${reason}` };
    if (fault.kind === "freeze" && this.world.windows.frozenHost !== null) return { note: "one hangs already" };
    await this.faults.begin(fault satisfies LastingFault, window);
    return {};
  }

  /** All rules hold: a later failure does not depend on the steps so far. */
  private async onQuiet(): Promise<void> {
    this.recentFrom = this.done.length;
    const { windows, disk, ledger } = this.world;
    await this.measureLoop(await windows.untilHost(0));
    if ((await disk.usedPart()) < EMPTIED_ABOVE) return;
    this.options.log("          the user empties the trash");
    await ledger.scan();
    for (const id of ledger.inTrash) {
      ledger.noteDestroyed(id);
      await rm(join(ledger.folder, "trash", `${id}.rnnrun`), { force: true });
    }
    // Interrupted runs of the last day do not count towards the limits, and their files are large on so small a disk.
    const oldest = [...ledger.present].sort((a, b) => a.writtenAt - b.writtenAt).slice(0, -LATEST_KEPT);
    for (const { id } of oldest) {
      if ((await disk.usedPart()) < EMPTIED_ABOVE) return;
      ledger.noteDestroyed(id);
      await rm(ledger.pathOf(id), { force: true });
    }
  }

  private async measureLoop(host: Host): Promise<void> {
    const delays = await host.delays();
    if (this.isDisturbed) {
      this.isDisturbed = false;
      return;
    }
    this.delays = sum(this.delays, delays);
    const { sessions, panels } = await host.state();
    const streams = sessions.some(({ phase }) => phase === "running") && panels.some(({ isVisible }) => isVisible);
    if (!streams || ++this.quietSteps % STREAMED_IN !== 0) return;
    await host.delays();
    await new Promise((resolve) => setTimeout(resolve, STREAMED_MS));
    this.streaming = sum(this.streaming, await host.delays());
  }

  private figures(): ChaosFigures {
    const { counts: done, skipped, lost, times } = this;
    return {
      done,
      skipped,
      lost,
      most: Object.fromEntries(times.most),
      loopP99: {
        all: percentile(this.delays, 0.99),
        streaming: percentile(this.streaming, 0.99),
        machine: percentile(this.own.take(), 0.99),
      },
    };
  }
}

function isFault(action: Step["action"]): action is Exclude<Fault, { kind: "deleteRunFile" | "deleteRunsFolder" }> {
  return ["kill", "freeze", "diskFull", "readOnly", "clock"].includes(action.kind);
}

function sum(a: readonly number[], b: readonly number[]): number[] {
  return b.map((count, bucket) => count + (a[bucket] ?? 0));
}
