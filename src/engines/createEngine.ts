import { CommandEngine } from "./commandEngine";
import type { EngineSetup, SweepEngine } from "./engine";
import type { EngineName } from "./engineName";
import { LocalEngine } from "./localEngine";
import { RayEngine } from "./rayEngine";
import { SlurmEngine } from "./slurmEngine";

/** @throws EngineError when an option that it needs is missing */
export function createEngine(name: EngineName, setup: EngineSetup): SweepEngine {
  switch (name) {
    case "local":
      return new LocalEngine(setup);
    case "slurm":
      return new SlurmEngine(setup);
    case "ray":
      return new RayEngine(setup);
    case "command":
      return new CommandEngine(setup);
    default:
      return name satisfies never;
  }
}
