/** What a trace records about the units of a layer over the time steps of the inspected sequence. */
import * as l10n from "@vscode/l10n";
import { GATES, hasComplexState, isLstm, POLAR_PARTS, stateSymbol, type CellKind } from "../../src/shared/trace/cells";
import { isNormTensor } from "../../src/shared/trace/lstmOptions";
import { stateUnits, vectorColumn, type ColumnSpec, type TraceHeader } from "../../src/shared/trace/trace";

export interface Quantity {
  /** Stable: kept as a preference of the reader. */
  readonly id: string;
  /** For a list: "forget gate f". */
  readonly label: string;
  /** For a readout: "f". */
  readonly symbol: string;
  readonly column: ColumnSpec;
  /** Time step of the first entry: states begin at 0, gates at 1. */
  readonly firstStep: 0 | 1;
  /** "signed": around zero. "share": from 0 to 1. "size": of gradients, over decades. */
  readonly scale: "signed" | "share" | "size";
  /** The bound of a signed value; null when it has none. */
  readonly bound: number | null;
  readonly saturated: (value: number) => boolean;
}

const GATE_LABELS: Readonly<Record<string, string>> = {
  i: l10n.t("input gate i"),
  f: l10n.t("forget gate f"),
  g: l10n.t("candidate g"),
  o: l10n.t("output gate o"),
  r: l10n.t("reset gate r"),
  z: l10n.t("update gate z"),
  n: l10n.t("candidate n"),
  a: l10n.t("factor of the state a"),
};

/** Of slstm: what divides c, and the log of the scale of both. */
const SLSTM_PARTS: Readonly<Record<string, string>> = {
  n: l10n.t("normalizer state n"),
  m: l10n.t("stabilizer state m"),
};

/** Its gates i and f as shares of n: they add up to 1. */
const SLSTM_GATE_LABELS: Readonly<Record<string, string>> = {
  i: l10n.t("input gate i, as a share of n"),
  f: l10n.t("forget gate f, as a share of n"),
};

function gateLabel(cell: string, gate: string): string {
  if (cell === "rglru" && gate === "r") return l10n.t("recurrence gate r");
  return (cell === "slstm" ? SLSTM_GATE_LABELS[gate] : undefined) ?? GATE_LABELS[gate] ?? gate;
}

function isShare(cell: string, gate: string): boolean {
  return cell === "slstm" && gate in SLSTM_GATE_LABELS;
}

/** Beyond this a tanh hardly moves, and passes less than 6 % of its gradient. */
const TANH_LIMIT = 0.97;
/** A gate this near to an end passes less than 3 % of its gradient. */
const GATE_LIMIT = 0.03;

const never = (): boolean => false;
const tanhSaturated = (value: number): boolean => Math.abs(value) > TANH_LIMIT;
const gateSaturated = (value: number): boolean => value < GATE_LIMIT || value > 1 - GATE_LIMIT;
const cellSaturated = (value: number): boolean => tanhSaturated(Math.tanh(value));

/** Of a complex state z. */
const POLAR: Readonly<Record<(typeof POLAR_PARTS)[number], Omit<Quantity, "column">>> = {
  modulus: {
    id: "modulus",
    label: l10n.t("modulus of the state |z|"),
    symbol: "|z|",
    firstStep: 0,
    scale: "signed",
    bound: null,
    saturated: never,
  },
  argument: {
    id: "argument",
    label: l10n.t("argument of the state arg z"),
    symbol: "arg z",
    firstStep: 0,
    scale: "signed",
    bound: Math.PI,
    saturated: never,
  },
};

/** What is carried beside the output, by the name of the part. */
function partQuantities({
  cell,
  parameters,
}: TraceHeader): readonly (Omit<Quantity, "column"> & { readonly name: string })[] {
  const plain = (name: string, id: string, label: string, saturated: Quantity["saturated"] = never) => ({
    name,
    id,
    label,
    symbol: name,
    firstStep: 0 as const,
    scale: "signed" as const,
    bound: null,
    saturated,
  });
  // The tanh of slstm, and that behind a layer normalization, is not of c itself.
  const isSquashed = cell !== "slstm" && !parameters.some(({ name }) => isNormTensor(name));
  return [
    ...POLAR_PARTS.map((name) => ({ name, ...POLAR[name] })),
    plain("v", "current", l10n.t("current v")),
    plain("c", "cell", l10n.t("cell state c"), isSquashed ? cellSaturated : never),
    ...Object.entries(SLSTM_PARTS).map(([name, label]) => plain(name, name, label)),
  ];
}

/** Those that the trace has of a layer, the state first. */
export function quantitiesOf(header: TraceHeader, layer: number): Quantity[] {
  const found: Quantity[] = [];
  const add = (
    name: string,
    { id, label, symbol, firstStep, scale, bound, saturated }: Omit<Quantity, "column">,
  ): void => {
    const column = header.columns.find((spec) => spec.name === name);
    if (column !== undefined) found.push({ id, label, symbol, firstStep, scale, bound, saturated, column });
  };
  const isComplex = hasComplexState(header.cell as CellKind);
  const gradient = `dL/d${stateSymbol(header.cell)}`;
  const shownGradient = isComplex ? `|${gradient}|` : gradient;
  const squashed = isLstm(header.cell as CellKind) || header.cell === "gru" || header.cell === "slstm";
  add(vectorColumn.state(layer), {
    id: "state",
    label: isComplex ? l10n.t("output h") : l10n.t("hidden state h"),
    symbol: "h",
    firstStep: 0,
    scale: "signed",
    bound: squashed && stateUnits(header) === header.hiddenSize ? 1 : null,
    saturated: header.cell === "rnn" ? tanhSaturated : never,
  });
  add(vectorColumn.stateGrad(layer), {
    id: "stateGrad",
    label: l10n.t("gradient {0}", shownGradient),
    symbol: shownGradient,
    firstStep: 0,
    scale: "size",
    bound: null,
    saturated: never,
  });
  for (const part of partQuantities(header)) add(vectorColumn.part(part.name, layer), part);
  for (const gate of GATES[header.cell as CellKind] ?? []) {
    const candidate = gate === "g" || gate === "n";
    const isTanh = candidate && squashed;
    add(vectorColumn.gate(gate, layer), {
      id: `gate.${gate}`,
      label: gateLabel(header.cell, gate),
      symbol: gate,
      firstStep: 1,
      scale: candidate ? "signed" : "share",
      bound: isTanh ? 1 : null,
      saturated: isTanh
        ? tanhSaturated
        : candidate || gate === "a" || isShare(header.cell, gate)
          ? never
          : gateSaturated,
    });
  }
  return found;
}

/** The units of a layer that the quantity has, of which a large model traces the first ones only. */
export function unitsOfQuantity(header: TraceHeader, { id }: Quantity): number {
  return id === "state" || id === "stateGrad" ? stateUnits(header) : header.hiddenSize;
}

/** The units of a column of shape [steps, units]; large models trace the first ones only. */
export function unitsOf(column: ColumnSpec): number {
  return column.shape[1] ?? 1;
}

/** Share of the values that are saturated; null where it makes no sense, as for a state beyond the reach of a tanh. */
export function saturatedShare(values: ArrayLike<number>, quantity: Quantity): number | null {
  if (quantity.saturated === never || values.length === 0) return null;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    // The units of this network are not tanh, whatever its cell.
    if (quantity.saturated === tanhSaturated && Math.abs(value) > 1.000001) return null;
    if (quantity.saturated(value)) count++;
  }
  return count / values.length;
}
