import * as l10n from "@vscode/l10n";
import { indexOfLargest } from "../training/score";
import type { RandomSource } from "../numerics/random";
import type { Trainer } from "../training/trainer";
import { stateSize } from "../../shared/trace/networkSpec";

export interface SampleOptions {
  /**
   * What the network reads first; characters that the text does not have are left out. Empty: the first character of
   * the vocabulary.
   */
  readonly prime: string;
  /** Characters to write after the prime. */
  readonly length: number;
  /** 1: as the network believes; below 1 bolder, above 1 wilder; 0: always the likeliest. */
  readonly temperature: number;
}

/**
 * Text by a network trained on `text`: each character is drawn from softmax(logits / temperature) and read as the next
 * input.
 * @throws Error when the task is not text, or the network bidirectional
 */
export function sampleText(
  trainer: Trainer,
  random: RandomSource,
  { prime, length, temperature }: SampleOptions,
  parameters: Float64Array = trainer.parameters(),
): string {
  const { vocabulary, spec } = trainer;
  if (vocabulary === null) throw new Error(l10n.t("only a network trained on text can generate text"));
  if (spec.directions === 2)
    throw new Error(
      l10n.t("a bidirectional network reads a text from its end as well, so it cannot generate one by character"),
    );
  const network = trainer.cloneNetwork({ batch: 1, timeSteps: 1 });
  network.writeParameters(parameters);
  const state = new Float64Array(stateSize(spec));
  const input = new Float64Array(vocabulary.length);
  let logits: Float64Array = input;
  const read = (symbol: number): void => {
    input.fill(0);
    input[symbol] = 1;
    logits = network.forward(input, 1, 1, null);
    network.readFinalState(state);
    network.writeInitialState(state);
  };

  const known = Array.from(prime, (character) => vocabulary.indexOf(character)).filter((symbol) => symbol >= 0);
  for (const symbol of known.length > 0 ? known : [0]) read(symbol);
  let text = "";
  for (let i = 0; i < length; i++) {
    const symbol =
      temperature === 0 ? indexOfLargest(logits, 0, logits.length) : drawSymbol(logits, temperature, random);
    text += vocabulary[symbol];
    read(symbol);
  }
  return text;
}

/** An index with probability softmax(logits / temperature). */
function drawSymbol(logits: Float64Array, temperature: number, random: RandomSource): number {
  const largest = logits.reduce((max, value) => Math.max(max, value), -Infinity);
  const weights = logits.map((value) => Math.exp((value - largest) / temperature));
  let rest = random.double() * weights.reduce((sum, value) => sum + value, 0);
  for (const [symbol, value] of weights.entries()) {
    rest -= value;
    if (rest < 0) return symbol;
  }
  // Reached by rounding alone, or when the logits are not finite.
  return indexOfLargest(logits, 0, logits.length);
}
