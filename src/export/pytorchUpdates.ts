/**
 * The part of an exported script that turns gradients into updates: optimizer, schedule, clip, and what the run took
 * over on its way.
 */
import { isSameRate } from "../config/facts/sameRate";
import type { OptimizerConfig } from "../config/schema/schema";
import type { AppliedChange, UpdateSettings } from "../core/optimizers/schedule";
import { hasPlateau, plateauLines } from "./pytorchPlateau";

/** Settings and the iterations that they hold for: from `begin` to before the `begin` of the next. */
export interface UpdatePhase extends UpdateSettings {
  readonly begin: number;
  /** Name of the function that computes its learning rate. */
  readonly rateName: string;
}

export function updatePhases(
  { optimizer, schedule, clip }: UpdateSettings,
  changes: readonly AppliedChange[],
): UpdatePhase[] {
  const phases = [{ iteration: 0, settings: { optimizer, schedule, clip } }, ...changes];
  // Of two changes at one iteration the later holds.
  const lasting = phases.filter(({ iteration }, k) => phases[k + 1]?.iteration !== iteration);
  return lasting.map(({ iteration, settings }, k) => ({
    ...settings,
    begin: iteration,
    rateName: k === 0 ? "learning_rate" : `learning_rate_${k + 1}`,
  }));
}

export function optimizerCall(optimizer: OptimizerConfig): string {
  switch (optimizer.kind) {
    case "rprop":
      return `Rprop(model.parameters(), ${optimizer.etaPlus}, ${optimizer.etaMinus}, ${optimizer.initialStep})`;
    case "rprop-pytorch":
      return `torch.optim.Rprop(model.parameters(), ${optimizer.initialStep}, etas=(${optimizer.etaMinus}, ${optimizer.etaPlus}), step_sizes=(${optimizer.minStep}, ${optimizer.maxStep}))`;
    case "sgd":
      return `torch.optim.SGD(model.parameters(), ${optimizer.learningRate}, weight_decay=${optimizer.weightDecay})`;
    case "momentum":
    case "nesterov":
      // torch rejects nesterov without momentum, where it is plain gradient descent.
      return `torch.optim.SGD(model.parameters(), ${optimizer.learningRate}, momentum=${optimizer.momentum}, weight_decay=${optimizer.weightDecay}${optimizer.kind === "nesterov" && optimizer.momentum > 0 ? ", nesterov=True" : ""})`;
    case "rmsprop":
      return `torch.optim.RMSprop(model.parameters(), ${optimizer.learningRate}, alpha=${optimizer.alpha}, eps=${optimizer.epsilon}, momentum=${optimizer.momentum}, weight_decay=${optimizer.weightDecay})`;
    case "adam":
    case "adamw":
      return `torch.optim.${optimizer.kind === "adam" ? "Adam" : "AdamW"}(model.parameters(), ${optimizer.learningRate}, betas=(${optimizer.beta1}, ${optimizer.beta2}), eps=${optimizer.epsilon}, weight_decay=${optimizer.weightDecay})`;
  }
}

/** The arguments of {@link optimizerCall} for an existing optimizer. */
function groupSettings(optimizer: OptimizerConfig): string {
  switch (optimizer.kind) {
    case "rprop":
      return `eta_plus=${optimizer.etaPlus}, eta_minus=${optimizer.etaMinus}`;
    case "rprop-pytorch":
      return `etas=(${optimizer.etaMinus}, ${optimizer.etaPlus}), step_sizes=(${optimizer.minStep}, ${optimizer.maxStep})`;
    case "sgd":
      return `lr=${optimizer.learningRate}, weight_decay=${optimizer.weightDecay}`;
    case "momentum":
    case "nesterov":
      return `lr=${optimizer.learningRate}, momentum=${optimizer.momentum}, weight_decay=${optimizer.weightDecay}`;
    case "rmsprop":
      return `lr=${optimizer.learningRate}, alpha=${optimizer.alpha}, eps=${optimizer.epsilon}, momentum=${optimizer.momentum}, weight_decay=${optimizer.weightDecay}`;
    case "adam":
    case "adamw":
      return `lr=${optimizer.learningRate}, betas=(${optimizer.beta1}, ${optimizer.beta2}), eps=${optimizer.epsilon}, weight_decay=${optimizer.weightDecay}`;
  }
}

/** In the loop, before the update: settings applied during the run. A new optimizer starts with empty moments. */
export function changeLines(phases: readonly UpdatePhase[]): string[] {
  const followsLosses = phases.some(hasPlateau);
  return phases.flatMap((phase, k) => {
    const { begin, optimizer } = phase;
    const before = phases[k - 1];
    // Where only the clip has changed, the optimizer goes on as it was.
    if (before === undefined || isSameRate(before, phase)) return [];
    const change =
      before.optimizer.kind === optimizer.kind
        ? ["        for group in optimizer.param_groups:", `            group.update(${groupSettings(optimizer)})`]
        : [`        optimizer = ${optimizerCall(optimizer)}`];
    const plateau = followsLosses ? plateauLines(phase).map((line) => `        ${line}`) : [];
    return [`    if iteration == ${begin}:  # applied during the run`, ...change, ...plateau];
  });
}

/** In the loop: clipping and the learning rate of the iteration. */
export function gradientLines(phases: readonly UpdatePhase[]): string[] {
  const parts = phases.map((phase) => [
    ...clipLines(phase.clip),
    ...(isScheduled(phase)
      ? ["    for group in optimizer.param_groups:", `        group["lr"] = ${phase.rateName}(iteration)`]
      : []),
  ]);
  if (parts.length === 1) return parts[0] ?? [];
  if (parts.every((lines) => lines.length === 0)) return [];
  return parts.flatMap((lines, k) => {
    const next = phases[k + 1];
    const condition = next === undefined ? "else" : `${k === 0 ? "if" : "elif"} iteration < ${next.begin}`;
    return [`    ${condition}:`, ...(lines.length === 0 ? ["        pass"] : lines.map((line) => `    ${line}`))];
  });
}

/** Whether its learning rate is computed from the number of the iteration. */
function isScheduled({ optimizer, schedule }: UpdateSettings): boolean {
  const isTimed = schedule.kind !== "constant" && schedule.kind !== "reduce-on-plateau";
  return optimizer.kind !== "rprop" && optimizer.kind !== "rprop-pytorch" && isTimed;
}

export function scheduleLines({ optimizer, schedule, rateName }: UpdatePhase, iterations: number): string[] {
  if (optimizer.kind === "rprop" || optimizer.kind === "rprop-pytorch") return [];
  const rate = optimizer.learningRate;
  const define = (...body: string[]) => [
    "",
    "",
    `def ${rateName}(iteration):`,
    ...body.map((line) => `    ${line}`),
    "",
  ];
  switch (schedule.kind) {
    case "constant":
    case "reduce-on-plateau":
      return [];
    case "step":
      return define(`return ${rate} * ${schedule.gamma} ** (iteration // ${schedule.stepSize})`);
    case "exponential":
      return define(`return ${rate} * ${schedule.gamma} ** iteration`);
    case "cosine":
      return define(
        ...(schedule.warmup > 0
          ? [`if iteration < ${schedule.warmup}:`, `    return ${rate} * (iteration + 1) / ${schedule.warmup}`]
          : []),
        `progress = min(1, (iteration - ${schedule.warmup}) / ${Math.max(1, iterations - schedule.warmup)})`,
        `return ${schedule.minimum} + (${rate} - ${schedule.minimum}) * (1 + math.cos(math.pi * progress)) / 2`,
      );
  }
}

function clipLines(clip: UpdateSettings["clip"]): string[] {
  if (clip === null) return [];
  if ("value" in clip) return [`    nn.utils.clip_grad_value_(model.parameters(), ${clip.value})`];
  return [
    "    # Like clip_grad_norm_, but without the epsilon in the denominator, and without overflow when squaring large gradients.",
    "    gradients = [parameter.grad for parameter in model.parameters()]",
    "    largest = max(gradient.abs().max() for gradient in gradients)",
    "    norm = largest * torch.sqrt(sum(((gradient / largest) ** 2).sum() for gradient in gradients)) if 0 < largest < math.inf else largest",
    `    if norm > ${clip.norm}:`,
    "        for gradient in gradients:",
    `            gradient *= ${clip.norm} / norm`,
  ];
}
