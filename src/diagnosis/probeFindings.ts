/**
 * What a probe has seen that keeps a network from learning, or its numbers from being trusted. docs/pytorch.md lists
 * the rules; where a rule has a limit, it is a number that practice has, or follows from the type of the numbers.
 */
import * as l10n from "@vscode/l10n";
import { formatValue } from "../shared/words/numberFormat";
import { judgeGradient } from "../shared/trace/gradientLimits";
import type { AnalyzedCapture } from "../core/recompute/analyzeCapture";
import type { Capture, ProbeContents, ProbedLayer, ProbeEvent } from "../shared/trace/probeContents";

type ProbeRule =
  | "undetached"
  | "frozen"
  | "cut-graph"
  | "zero-recurrent-weights"
  | "lost-additions"
  | "lost-step"
  | "mixed-samples"
  | "padding-in-loss"
  | "vanishing"
  | "exploding"
  | "not-trustworthy";

export interface ProbeFinding {
  readonly rule: ProbeRule;
  /** The module's path in the model. */
  readonly layer: string;
  readonly iteration: number;
  readonly message: string;
  /** Lines of PyTorch, or what to do in a sentence; none where it depends. */
  readonly fix: string | null;
}

/** The smallest normal number of float32: below it digits are lost, and soon everything. */
const FLOAT32_SMALLEST = 2 ** -126;
/** Squares of larger numbers overflow in float32, and with them the norm that a clip divides by. */
const FLOAT32_ROOT = Math.sqrt((2 - 2 ** -23) * 2 ** 127);
/** Share of additions to a memory cell that change nothing, from which on a counter stands still. */
const LOST_SHARE = 0.1;
/** Rows of zeros at the end of a sequence that are taken for padding; one may be data. */
const PADDED_STEPS = 2;

/** Of one capture: a layer, with what was computed of it. */
export interface LayerView {
  readonly layer: ProbedLayer;
  readonly capture: Capture;
  readonly analyzed: AnalyzedCapture;
  /** Null where weights are not seen. */
  readonly weights: ReadonlyMap<string, Float64Array> | null;
}

/** @param views of the capture that is looked at, each layer once */
export function findInProbe({ start, events }: ProbeContents, views: readonly LayerView[]): ProbeFinding[] {
  const told = events.flatMap((event) => {
    const { layer: index, module } = event.detail;
    const layer = index === undefined ? undefined : start.layers[index];
    if (module !== undefined) return toldOfModule(event, module);
    return layer === undefined ? [] : toldOfLayer(event, layer);
  });
  return [
    ...told,
    ...views.flatMap((view) => {
      const doubt = notTrustworthy(view);
      const rules = doubt === null ? [...RULES_OF_INPUTS, ...RULES_OF_GRADIENTS] : RULES_OF_INPUTS;
      return [...rules.flatMap((rule) => rule(view) ?? []), ...(doubt === null ? [] : [doubt])];
    }),
  ];
}

/** Of recurrent layers that are none of PyTorch's. */
function toldOfModule({ kind, iteration, detail }: ProbeEvent, name: string): ProbeFinding[] {
  if (kind === "mixed-samples")
    return [
      {
        rule: "mixed-samples",
        layer: name,
        iteration,
        message: [
          l10n.t("{0} is given a time per sample, and multiplies it along the units.", name),
          l10n.t("The batch has as many samples as the layer has units, so no error is raised."),
          l10n.t("Each unit gets the time of another sample: what a sample returns depends on the others."),
        ].join(" "),
        fix: l10n.t("Give all samples of a batch the same times, or shape each time as [batch, 1] inside the layer."),
      },
    ];
  if (kind === "zero-weights")
    return [
      {
        rule: "zero-recurrent-weights",
        layer: name,
        iteration,
        message: [
          l10n.t("All of {0} in {1} were 0 when the run began.", detail.parameter ?? "", name),
          l10n.t("Until training has changed them, a step depends on the state before it through its gates at most."),
        ].join(" "),
        fix: null,
      },
    ];
  return [];
}

function toldOfLayer({ kind, iteration, detail }: ProbeEvent, { name }: ProbedLayer): ProbeFinding[] {
  if (kind === "undetached")
    return [
      {
        rule: "undetached",
        layer: name,
        iteration,
        message: [
          l10n.t("{0} was given a state of an earlier step without detach().", name),
          l10n.t("Backward continues into that step, through weights that have changed since: gradients are wrong."),
        ].join(" "),
        fix: "state = tuple(s.detach() for s in state)  # GRU, RNN: state = state.detach()",
      },
    ];
  if (kind === "separate-calls")
    return [
      {
        rule: "cut-graph",
        layer: name,
        iteration,
        message: [
          l10n.t(
            "None of the {0} calls of {1} in one step was given a state of the call before.",
            detail.calls ?? 0,
            name,
          ),
          l10n.t("Through the state, the gradient that reaches an earlier call is exactly 0: it does not vanish."),
          l10n.t("The graph is cut there: by detach(), by no_grad(), or by a state that is set again."),
        ].join(" "),
        fix: l10n.t("Hand the state on as the layer returned it."),
      },
    ];
  if (kind === "frozen")
    return [
      {
        rule: "frozen",
        layer: name,
        iteration,
        message: l10n.t("No gradient reaches {0}: neither its weights nor its input require one.", name),
        fix: "for p in layer.parameters(): p.requires_grad_(True)",
      },
    ];
  return [];
}

type Rule = (view: LayerView) => ProbeFinding | null;

const cutGraph: Rule = (view) => {
  const { layer } = view;
  // Units of relu are 0 by themselves.
  if (layer.nonlinearity === "relu") return null;
  for (const direction of view.analyzed.directions) {
    if (direction.direction === "backward") continue;
    const { gradientNorms } = direction.norms;
    const first = gradientNorms.findIndex((norm) => norm > 0);
    const norm = gradientNorms[first];
    if (first < 1 || norm === undefined || norm < FLOAT32_SMALLEST) continue;
    // Where nothing comes from later steps, only steps that reach the loss themselves have a gradient.
    const isEnd = direction.direct !== null && first === gradientNorms.length - 1;
    return finding(
      "cut-graph",
      view,
      [
        l10n.t(
          "In {0}, dL/dh is exactly 0 at steps 1 to {1} and {2} at step {3}.",
          layer.name,
          first,
          formatValue(norm),
          first + 1,
        ),
        l10n.t("A gradient that vanishes gets small, never exactly 0 from one step to the next."),
        l10n.t("The graph is cut there: by detach(), by no_grad(), or by a state that is set again."),
      ].join(" "),
      isEnd ? null : l10n.t("Hand the state on as the layer returned it."),
    );
  }
  return null;
};

const zeroRecurrentWeights: Rule = (view) => {
  const names = [...(view.weights?.keys() ?? [])].filter((name) => name.startsWith("weight.weight_hh"));
  const zero = names.find((name) => view.weights!.get(name)!.every((value) => value === 0));
  return zero === undefined
    ? null
    : finding(
        "zero-recurrent-weights",
        view,
        [
          l10n.t("All of {0} in {1} are 0.", zero.slice("weight.".length), view.layer.name),
          l10n.t("A step does not depend on the state before it, except through gates that keep it."),
        ].join(" "),
        "nn.init.orthogonal_(layer.weight_hh_l0)",
      );
};

/** c + i g = c: the memory no longer changes, because its type has no number between c and the next one. */
const lostAdditions: Rule = (view) => {
  const { layer, capture, analyzed } = view;
  if (layer.cell !== "lstm" || capture.value.dtype !== "bfloat16") return null;
  let additions = 0;
  let lost = 0;
  let largest = 0;
  const H = layer.hiddenSize;
  for (const { gates, cells } of analyzed.directions) {
    if (gates === null || cells === null) continue;
    for (let at = 0; at < cells.length; at++) {
      const gate = Math.floor(at / H) * 4 * H + (at % H);
      const added = gates[gate]! * gates[gate + 2 * H]!;
      if (!Number.isFinite(cells[at]!) || added === 0) continue;
      additions++;
      // bfloat16 has 8 significant bits: half of the distance between two numbers is 2^-9 of the larger power of two.
      if (Math.abs(added) < 2 ** (Math.floor(Math.log2(Math.abs(cells[at]!))) - 8)) lost++;
      largest = Math.max(largest, Math.abs(cells[at]!));
    }
  }
  return lost <= LOST_SHARE * additions
    ? null
    : finding(
        "lost-additions",
        view,
        [
          l10n.t("The memory cell of {0} is kept in bfloat16, which has 8 significant bits.", layer.name),
          l10n.t(
            "{0}% of what is added is too small to change it: |c| is up to {1}, and a cell that counts stops at 256.",
            Math.round((100 * lost) / additions),
            formatValue(largest),
          ),
        ].join(" "),
        l10n.t("Run this layer in float32, outside of autocast."),
      );
};

const lostStep: Rule = (view) => {
  const sample = view.capture.arrays.get("gradientSample");
  const direct = view.capture.arrays.get("outputGradient");
  if (sample === undefined || !sample.every((value) => value === 0)) return null;
  const largest = largestOf(direct);
  const total = Math.max(largest, ...view.analyzed.directions.map(({ gradient }) => largestOf(gradient)));
  if (!(total > FLOAT32_ROOT)) return null;
  return finding(
    "lost-step",
    view,
    [
      l10n.t(
        "The gradients of {0} are up to {1}, and its weight gradients were 0 after the step.",
        view.layer.name,
        formatValue(total),
      ),
      l10n.t(
        "In float32 the square of a number above {0} overflows, so the norm is infinite.",
        formatValue(FLOAT32_ROOT, 2),
      ),
      l10n.t("A clip by it makes every gradient 0: the step is lost."),
    ].join(" "),
    "torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0, error_if_nonfinite=True)",
  );
};

/** Sequences that end in rows of zeros, of different lengths, and a loss that counts the outputs there. */
const paddingInLoss: Rule = (view) => {
  const { layer, capture } = view;
  const { sequences: n, timeSteps: T, lengths } = capture.value;
  const input = capture.arrays.get("input");
  const gradient = capture.arrays.get("outputGradient");
  if (lengths !== null || layer.single || input === undefined || gradient === undefined) return null;
  const ends = Array.from({ length: n }, (_, i) => endOfData(input, i, n, T, layer.inputSize));
  if (ends.every((end) => end === ends[0])) return null;
  const width = gradient.length / (n * T);
  let padded = 0;
  let counted = 0;
  ends.forEach((end, i) => {
    if (end > T - PADDED_STEPS) return;
    for (let t = end; t < T; t++) {
      padded++;
      const at = (t * n + i) * width;
      if (gradient.subarray(at, at + width).some((value) => value !== 0)) counted++;
    }
  });
  return counted === 0
    ? null
    : finding(
        "padding-in-loss",
        view,
        [
          l10n.t(
            "Sequences given to {0} end in rows of zeros of different lengths, which look like padding.",
            layer.name,
          ),
          l10n.t("The loss counts the output at {0} of {1} such steps.", counted, padded),
        ].join(" "),
        "packed = nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)",
      );
};

/** Where only the last step reaches the loss: elsewhere each step has a gradient of its own that hides the others. */
const vanishing: Rule = (view) => {
  const ends = endsOf(view);
  if (
    ends === null ||
    !ends.isLastOnly ||
    judgeGradient(ends.first, ends.last, ends.steps - 1, ends.last) !== "vanishes"
  )
    return null;
  return finding(
    "vanishing",
    view,
    l10n.t(
      "The gradient hardly reaches the first step of {0} now: |dL/dh| is {1} at step {2}, {3} at step 1.",
      view.layer.name,
      formatValue(ends.last),
      ends.steps,
      formatValue(ends.first),
    ),
    view.layer.cell === "rnn" ? l10n.t("Use nn.LSTM or nn.GRU, or shorter sequences.") : null,
  );
};

const exploding: Rule = (view) => {
  const ends = endsOf(view);
  if (ends === null || judgeGradient(ends.first, ends.last, ends.steps - 1, ends.first) !== "explodes") return null;
  return finding(
    "exploding",
    view,
    l10n.t(
      "The gradient of {0} grows on its way back: |dL/dh| is {1} at step {2} and {3} at step 1.",
      view.layer.name,
      formatValue(ends.last),
      ends.steps,
      formatValue(ends.first),
    ),
    "torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)",
  );
};

const notTrustworthy: Rule = (view) => {
  const { distance, trustedDistance } = view.analyzed;
  const { dtype } = view.capture.value;
  if (view.layer.single || distance <= trustedDistance) return null;
  return finding(
    "not-trustworthy",
    view,
    [
      l10n.t(
        "What was recomputed of {0} is off by {1} of what the model returned; the limit for {3} is {2}.",
        view.layer.name,
        formatValue(distance, 2),
        formatValue(trustedDistance),
        dtype,
      ),
      l10n.t("States below the top layer, and gradients, are not trustworthy."),
    ].join(" "),
    view.capture.value.masks === "unknown" ? l10n.t("Set the dropout between layers to 0 to look at it.") : null,
  );
};

/** About what was recorded. */
const RULES_OF_INPUTS: readonly Rule[] = [zeroRecurrentWeights, paddingInLoss];
/** About what was recomputed. */
const RULES_OF_GRADIENTS: readonly Rule[] = [cutGraph, lostAdditions, lostStep, vanishing, exploding];

function finding(rule: ProbeRule, { layer, capture }: LayerView, message: string, fix: string | null): ProbeFinding {
  return { rule, layer: layer.name, iteration: capture.value.iteration, message, fix };
}

interface GradientEnds {
  readonly first: number;
  readonly last: number;
  readonly steps: number;
  /** Whether nothing but the last step reaches the loss from outside of the layer. */
  readonly isLastOnly: boolean;
}

/** |dL/dh| of the top layer, forward in time, at the first and the last step; null where that is not known. */
function endsOf({ analyzed, capture: { value } }: LayerView): GradientEnds | null {
  const top = analyzed.directions.findLast(({ direction }) => direction === "forward");
  // The mean over sequences that end at different steps is none of one gradient.
  if (top === undefined || value.lengths !== null || value.segments.length > 1) return null;
  const { gradientNorms, directGradientNorms } = top.norms;
  const [first, last] = [gradientNorms[0] ?? NaN, gradientNorms.at(-1) ?? NaN];
  const isLastOnly = directGradientNorms?.slice(0, -1).every((norm) => norm === 0) === true;
  return { first, last, steps: gradientNorms.length, isLastOnly };
}

/** Steps before the rows of zeros at the end of sequence i of [T, n, width]. */
function endOfData(input: Float64Array, i: number, n: number, T: number, width: number): number {
  for (let t = T; t > 0; t--) {
    const at = ((t - 1) * n + i) * width;
    if (input.subarray(at, at + width).some((value) => value !== 0)) return t;
  }
  return 0;
}

function largestOf(values: Float64Array | undefined): number {
  let largest = 0;
  for (const value of values ?? []) largest = Math.max(largest, Math.abs(value));
  return largest;
}
