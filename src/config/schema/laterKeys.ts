/**
 * Keys that the first run files do not have, with the value at which training is as it was then. Files without them are
 * read with these values, and experiments keep the hash that they had before the keys existed.
 */
import type { JsonSchema } from "./jsonSchema";
import { LEAKY_KEYS } from "./leakySchema";
import { LSTM_KEYS } from "./lstmSchema";

type Values = Readonly<Record<string, unknown>>;

export const LATER_KEYS: Values = { arithmetic: "fast" };

export const LATER_MODEL_KEYS: Values = {
  learnedInitialState: false,
  variant: "plain",
  heads: 1,
  forgetGate: "sigmoid",
  bidirectional: false,
  ...defaultsOf(LEAKY_KEYS),
  ...defaultsOf(LSTM_KEYS),
};

export const LATER_INIT_KEYS: Values = {
  orthogonal: "per-gate",
  rMin: "auto",
  rMax: "auto",
  maxPhase: 6.283185307179586,
};

export const LATER_TRAINING_KEYS: Values = { stop: null, delta: 1, accumulate: 1, classWeights: null };

function defaultsOf(keys: Values): Values {
  return Object.fromEntries(Object.entries(keys).map(([key, schema]) => [key, (schema as JsonSchema).default]));
}
