/** Converts between the position of a slider and its value. */
import type { FormInput } from "../../src/shared/wire/formField";

type NumberInput = Extract<FormInput, { readonly kind: "number" }>;

/** Places that a slider has. */
export const SLIDER_STEPS = 200;
/** Digits of a value that a slider gives: nobody means 0.0123456 with one. */
const DIGITS = 2;

export function positionOf(value: number, { scale, from, to }: NumberInput): number {
  const part = scale === "log" ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
  return Math.round(SLIDER_STEPS * Math.min(1, Math.max(0, Number.isFinite(part) ? part : 0)));
}

/** Round, and never outside the ends. */
export function valueAtPosition(position: number, { scale, from, to, whole }: NumberInput): number {
  const part = position / SLIDER_STEPS;
  if (part <= 0) return from;
  if (part >= 1) return to;
  const value = scale === "log" ? from * (to / from) ** part : from + (to - from) * part;
  const step = (to - from) / SLIDER_STEPS;
  const digits = scale === "log" ? DIGITS : Math.max(1, Math.ceil(Math.log10(Math.abs(value) / step || 1)));
  const rounded = whole
    ? Math.round(whole && value > 100 ? Number(value.toPrecision(DIGITS)) : value)
    : Number(value.toPrecision(Math.min(15, digits)));
  return Math.min(to, Math.max(from, rounded));
}
