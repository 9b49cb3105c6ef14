import type { NetworkSpec } from "../core/network/network";
import { createHelpChoice } from "./helperHeuristic";
import type { Kernel } from "./kernelModule";
import type { ParameterMemory, SliceMemory } from "./networkMemory";
import { runBackward, runForward } from "./sliceRunner";
import type { Team } from "./team";
import type { Workspace } from "./workspace";

/** The passes of a whole batch: of both its slices where it is split, the second one by the helper where that pays. */
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
    const [slice, other] = this.workspace.shares();
    if (other === undefined || this.team === null) this.runForward(slice!, dropped);
    else {
      const runOther = () => this.runForward(other, dropped);
      this.runBoth(this.team, "forward", other, dropped, () => this.runForward(slice!, dropped), runOther);
    }
  }

  /** The gradients of both slices are summed in those of the first. */
  backward(dropped: boolean): void {
    const [slice, other] = this.workspace.shares();
    if (other === undefined || this.team === null) {
      this.runBackward(slice!, 0, dropped);
      return;
    }
    const { gradients, packed } = this.placed;
    const runOther = (): void => {
      this.kernel.clear(gradients[1]!, packed.count * packed.format.bytes);
      this.runBackward(other, 1, dropped);
    };
    this.runBoth(this.team, "backward", other, dropped, () => this.runBackward(slice!, 0, dropped), runOther);
    this.kernel.addValues(gradients[0]!, gradients[1]!, gradients[0]!, packed.count);
  }

  dispose(): void {
    this.team?.dispose();
  }

  private runForward(slice: SliceMemory, dropped: boolean): void {
    runForward(this.kernel, this.spec, this.placed, slice, dropped);
  }

  private runBackward(slice: SliceMemory, thread: number, dropped: boolean): void {
    const { gradients, unusedBias } = this.placed;
    runBackward(this.kernel, this.spec, this.placed, gradients[thread]!, unusedBias[thread]!, slice, dropped);
  }

  private runBoth(
    team: Team,
    command: "forward" | "backward",
    { wholeBatch: batch, timeSteps }: SliceMemory,
    dropped: boolean,
    runOwn: () => void,
    runOther: () => void,
  ): void {
    const start = performance.now();
    const ready = team.isReady();
    if (ready && this.helpChoice.shouldUse()) team.run(command, { batch, timeSteps, dropped }, runOwn, runOther);
    else {
      runOwn();
      runOther();
    }
    // A step is a forward and a backward; the backward alone, twice as long, decides.
    if (ready && command === "backward") this.helpChoice.recordStep(performance.now() - start);
  }
}
