/** Faults: done to the processes and the disk, and taken back after some actions. */
import type { Fault } from "./plan";
import type { Times } from "./rules";
import type { World } from "./world";

export type LastingFault = Extract<Fault, { readonly lasts: number }>;
type Kind = Fault["kind"];

/** Why a fault cannot be had on this machine; null: it can. */
export function whyNot({ disk, clock }: Pick<World, "disk" | "clock">, kind: Kind): string | null {
  switch (kind) {
    case "diskFull":
      return disk.cannotFill;
    case "readOnly":
      return disk.cannotLock;
    case "clock":
      return clock.cannotJump;
    case "freeze":
      return process.platform === "win32" ? "there are no stopped processes on Windows" : null;
    default:
      return null;
  }
}

/** Those that are at work now. */
export class LastingFaults {
  private readonly active = new Map<LastingFault["kind"], { left: number; readonly until: number }>();

  constructor(private readonly world: World) {}

  get any(): boolean {
    return this.active.size > 0;
  }

  async begin(fault: LastingFault, window: number): Promise<void> {
    const { disk, clock, windows } = this.world;
    switch (fault.kind) {
      case "diskFull":
        disk.fill();
        break;
      case "readOnly":
        await disk.setReadOnly(true);
        break;
      case "clock":
        clock.jump(fault.seconds);
        break;
      case "freeze":
        windows.freeze(await windows.untilHost(window));
    }
    const holdMs = fault.kind === "freeze" ? fault.holdMs : 0;
    this.active.set(fault.kind, { left: fault.lasts, until: performance.now() + holdMs });
  }

  /** An action was done. @returns what was taken back */
  async pass(): Promise<string[]> {
    const over: LastingFault["kind"][] = [];
    for (const [kind, fault] of this.active) if (--fault.left < 0) over.push(kind);
    for (const kind of over) await this.end(kind);
    return over;
  }

  async endAll(): Promise<void> {
    for (const kind of [...this.active.keys()]) await this.end(kind);
  }

  private async end(kind: LastingFault["kind"]): Promise<void> {
    const { disk, clock, windows } = this.world;
    const { until = 0 } = this.active.get(kind) ?? {};
    this.active.delete(kind);
    switch (kind) {
      case "diskFull":
        return disk.empty();
      case "readOnly":
        return disk.setReadOnly(false);
      case "clock":
        return clock.jump(0);
      case "freeze":
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, until - performance.now())));
        return windows.thaw();
    }
  }
}

/**
 * Kills the extension host of a window.
 * @param mayMiss the disk refuses writes at the moment
 * @returns the loss of each active run; null if it cannot be measured
 */
export async function kill(
  { windows, ledger }: World,
  window: number,
  mayMiss: boolean,
  times: Times,
): Promise<readonly Loss[] | null> {
  const host = await windows.untilHost(window);
  const state = await host.state().catch(() => null);
  times.largest("restart", await windows.kill(window));
  const killedAt = performance.now() - (times.last.get("restart") ?? 0);
  if (mayMiss || state === null) return null;
  const running = state.sessions.filter(
    ({ runId, isRecorded, phase }) =>
      isRecorded && phase === "running" && ledger.find(runId ?? "")?.isDestroyed !== true,
  );
  return Promise.all(
    running.map(async ({ runId }) => {
      const kept = await ledger.lastIteration(runId ?? "");
      const said = host.progress.get(runId ?? "") ?? [];
      // Of so many updates the last row is the one before.
      const lost = said.find(({ iteration }) => iteration - 1 > kept);
      return {
        milliseconds: lost === undefined ? 0 : killedAt - lost.at,
        kept,
        seen: said.at(-1)?.iteration ?? 0,
      };
    }),
  );
}

/** Of one run, when its host was killed. */
export interface Loss {
  /** Since the first of the iterations that are not on the disk. */
  readonly milliseconds: number;
  /** Last iteration on the disk; -1: none. */
  readonly kept: number;
  /** Last one that the host had received. */
  readonly seen: number;
}
