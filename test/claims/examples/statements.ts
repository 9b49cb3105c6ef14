/** Numbers in examples and other pages that claim nothing about training, with the reason. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Statement } from "../claim";
import { exampleText, readmeText } from "./places";

const NAMES = readdirSync(join(process.cwd(), "examples")).filter((name) => name.endsWith(".rnn.json"));

const page = (quote: string, reason: Statement["reason"]): Statement => ({ file: "README.md", quote, reason });

export const EXAMPLE_STATEMENTS: readonly Statement[] = [
  ...NAMES.map((file): Statement => ({ ...readmeText(file.replace(".rnn.json", "")), reason: "format" })),
  page('"Try 10 Seeds" shows whether a result is luck', "format"),
  { ...exampleText("03-clipping-saves-it", "Select Try 10 Seeds"), reason: "format" },
  { ...exampleText("08-binary-addition", "Select Try 10 Seeds"), reason: "format" },
  { ...readmeText('"Seeds" says for how many of the seeds 1 to 10'), reason: "definition" },
  { ...readmeText("a sweep of 08"), reason: "format" },
  { ...readmeText("nearly as small as in 09"), reason: "format" },
  { ...exampleText("01-it-learns", "count the ones in a sequence of 10 bits"), reason: "setting" },
  { ...exampleText("03-clipping-saves-it", "makes steps of at most 0.001"), reason: "arithmetic" },
  { ...exampleText("04-limit-cycle", "a learning rate 100 times larger"), reason: "arithmetic" },
  { ...exampleText("07-larger-steps", "its steps grow by a factor of 1.2"), reason: "setting" },
  { ...exampleText("08-binary-addition", "two binary numbers of 6 bits"), reason: "setting" },
  // Seven outputs: 2^7.
  { ...exampleText("08-binary-addition", "which is 1 in 128 by chance"), reason: "arithmetic" },
  { ...exampleText("09-adding-with-tanh", "given 100 random numbers"), reason: "definition" },
  { ...exampleText("14-series", "forty years of a made-up station"), reason: "definition" },
  { ...exampleText("14-series", "the last ten years are the validation set"), reason: "setting" },
  { ...exampleText("16-gestures", "recordings of 20 to 59 places"), reason: "setting" },
  { ...exampleText("16-gestures", "Thirty-six made-up recordings"), reason: "setting" },
  // 2 blocks of 32 rows with 2 inputs and a bias, and 33 of the readout; a GRU has 96 (2 + 32 + 2) and 33.
  {
    ...exampleText("20-adding-with-mingru", "That leaves 225 weights and biases of the GRU's 3,489."),
    reason: "arithmetic",
  },
  { ...exampleText("20-adding-with-mingru", "Experiment 11 with minGRU"), reason: "format" },
  { ...readmeText("learns the sum of 10 and 11 with a fifteenth of the parameters"), reason: "arithmetic" },
  page("with Node 20 or later", "limit"),
  page("2 for an invalid file", "format"),
  page("3 if training diverged, and 130 if it was stopped", "format"),
];
