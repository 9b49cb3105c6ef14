/** The part of an exported script that measures the answers to the validation set, in the units of the table. */
import { isBitLoss } from "../config/facts/taskTraits";
import type { SourceTable, TrainingSource } from "../core/training/trainingSource";
import { validates } from "./pytorchStopping";

/** After the loop, at the weights of the last iteration. */
export function measureLines(source: TrainingSource, { table: { targets } }: SourceTable): string[] {
  if (!validates(source)) return [];
  return [
    "model.eval()",
    "with torch.no_grad():",
    "    answers = [(outputs, targets[rows], rows) for rows, outputs in validated()]",
    source.isWeighted
      ? "counted = torch.cat([weights[rows].flatten() for _, _, rows in answers]) > 0"
      : "counted = slice(None)",
    "outputs = torch.cat([part.flatten(0, 1) for part, _, _ in answers])[counted]  # [steps that count, outputs]",
    "wanted = torch.cat([part.flatten(0, 1) for _, part, _ in answers])[counted]",
    ...(targets.kind === "values" ? VALUE_MEASURES : [accuracyLine(source, targets.kind)]),
  ];
}

const VALUE_MEASURES = [
  'for place, target in enumerate(RECIPE["targets"]):',
  '    errors = (outputs[:, place] - wanted[:, place]).double() * target["deviation"]',
  "    rmse, mae = errors.square().mean().sqrt().item(), errors.abs().mean().item()",
  "    print(f\"validation, {target['name']}: RMSE {rmse:.9g}, MAE {mae:.9g}\")",
];

function accuracyLine({ loss }: TrainingSource, kind: "bits" | "classes"): string {
  const right =
    kind === "classes"
      ? "(outputs.argmax(dim=-1) == wanted)"
      : `((outputs > ${isBitLoss(loss) ? "0" : "0.5"}) == (wanted > 0.5)).all(dim=-1)`;
  return `print(f"validation, accuracy {${right}.double().mean().item():.9g}")`;
}
