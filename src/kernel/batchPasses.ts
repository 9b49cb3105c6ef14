import type { NetworkSpec } from "../core/network/network";
import { createHelpChoice } from "./helperHeuristic";
import type { Kernel } from "./kernelModule";
import type { ParameterMemory, SliceMemory } from "./networkMemory";
import { runBackward, runForward } from "./sliceRunner";
import type { Team } from "./team";
import type { Workspace } from "./workspace";

/**
 * The passes of a whole batch: of all its shares where it is split, all but the first by the helpers where that pays.
 */
export class BatchPasses {
  private helpChoice = createHelpChoice();

  /** @param team null: all in this thread */
  constructor(
    private readonly kernel: Kernel,
    private readonly spec: NetworkSpec,
    private readonly placed: ParameterMemory,
    private readonly workspace: Workspace,
    private readonly team: Team | null,
  ) {}

  /** The batch has another size: whether help pays is measured anew. */
  forgetTimes(): void {
    this.helpChoice = createHelpChoice();
  }

  /** @param dropped whether the layers' outputs go through the dropout masks */
  forward(dropped: boolean): void {
    const shares = this.workspace.shares();
    this.runAll("forward", dropped, (thread) => {
      const share = shares[thread];
      if (share !== undefined) runForward(this.kernel, this.spec, this.placed, share, dropped);
    });
  }

  /** The gradients of all shares are added to those of the first, one after the other. */
  backward(dropped: boolean): void {
    const { kernel, spec, placed } = this;
    const { gradients, unusedBias, packed } = placed;
    const shares = this.workspace.shares();
    this.runAll("backward", dropped, (thread) => {
      const share = shares[thread];
      if (share === undefined) return;
      if (thread > 0) kernel.clear(gradients[thread]!, packed.count * packed.format.bytes);
      runBackward(kernel, spec, placed, gradients[thread]!, unusedBias[thread]!, share, dropped);
    });
    for (let thread = 1; thread < shares.length; thread++)
      kernel.addValues(gradients[0]!, gradients[thread]!, gradients[0]!, packed.count);
  }

  dispose(): void {
    this.team?.dispose();
  }

  private runAll(command: "forward" | "backward", dropped: boolean, runPart: (thread: number) => void): void {
    const { team } = this;
    const shares = this.workspace.shares();
    if (shares.length === 1 || team === null) {
      for (let thread = 0; thread < shares.length; thread++) runPart(thread);
      return;
    }
    this.runMeasured(team, command, shares, dropped, runPart);
  }

  private runMeasured(
    team: Team,
    command: "forward" | "backward",
    shares: readonly SliceMemory[],
    dropped: boolean,
    runPart: (thread: number) => void,
  ): void {
    const { wholeBatch: batch, timeSteps } = shares[0]!;
    const start = performance.now();
    const ready = team.isReady();
    if (ready && this.helpChoice.shouldUse()) team.run(command, { batch, timeSteps, dropped }, runPart);
    else for (let thread = 0; thread < shares.length; thread++) runPart(thread);
    // A step is a forward and a backward; the backward alone, twice as long, decides.
    if (ready && command === "backward") this.helpChoice.recordStep(performance.now() - start);
  }
}
