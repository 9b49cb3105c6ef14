/** The part of an exported script that reduces the learning rate on a plateau, as PlateauRate does. */
import type { Experiment } from "../config/schema/schema";
import type { UpdateSettings } from "../core/optimizers/schedule";
import type { TrainingSource } from "../core/training/trainingSource";
import { scriptSizes } from "./pytorchSizes";
import { validates } from "./pytorchStopping";

/** Whether the learning rate follows the losses. */
export function hasPlateau({ optimizer, schedule }: UpdateSettings): boolean {
  return optimizer.kind !== "rprop" && optimizer.kind !== "rprop-pytorch" && schedule.kind === "reduce-on-plateau";
}

/** Where settings begin to hold. */
export function plateauLines(settings: UpdateSettings): string[] {
  const { schedule } = settings;
  if (schedule.kind !== "reduce-on-plateau" || !hasPlateau(settings)) return ["plateau, epoch_losses = None, []"];
  const { factor, patience, threshold, cooldown, minimum } = schedule;
  return [
    "plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(",
    `    optimizer, factor=${factor}, patience=${patience}, threshold=${threshold},`,
    `    cooldown=${cooldown}, min_lr=${minimum},`,
    ")",
    "epoch_losses = []",
  ];
}

/** Before the loop. */
export function plateauBefore(phases: readonly UpdateSettings[]): string[] {
  return phases.some(hasPlateau) && phases[0] !== undefined ? plateauLines(phases[0]) : [];
}

/** In the loop, before the update of a row that was validated. */
export function plateauValidation(phases: readonly UpdateSettings[], source: TrainingSource): string[] {
  if (!phases.some(hasPlateau) || !validates(source)) return [];
  return [
    `    if plateau is not None and iteration % ${source.validationInterval} == 0:`,
    "        plateau.step(validation)",
  ];
}

/** In the loop, after the update: without a validation set, the mean training loss of each epoch. */
export function plateauTraining(
  phases: readonly UpdateSettings[],
  source: TrainingSource,
  { accumulate }: Experiment["training"],
): string[] {
  if (!phases.some(hasPlateau) || validates(source)) return [];
  const { batchesPerEpoch } = scriptSizes(source);
  const updates = accumulate === 1 ? batchesPerEpoch : `math.ceil(${batchesPerEpoch} / ${accumulate})`;
  return [
    "    epoch_losses.append(losses[-1])",
    `    if plateau is not None and len(epoch_losses) >= ${updates}:`,
    "        plateau.step(sum(epoch_losses) / len(epoch_losses))",
    "        epoch_losses = []",
  ];
}
