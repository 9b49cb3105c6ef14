/** Numbers of the course that claim nothing about training. */
import type { Statement } from "../claim";
import { onPage } from "./page";

function all(reason: Statement["reason"], ...quotes: readonly string[]): Statement[] {
  return onPage(...quotes).map((quote) => ({ ...quote, reason }));
}

export const COURSE_STATEMENTS: readonly Statement[] = [
  ...all(
    "definition",
    "Six lessons of ten minutes:",
    "trains all experiments of this page with ten seeds or more",
    "Ten minutes for each lesson: two for the question and a show of hands, four for the experiment",
    "Node 20 or later",
    "the answers give ranges for seeds 1 to 10",
    "Example 9 is a tanh network that has to add two of 100 numbers.",
    "Three networks with 32 units have to add two of 100 numbers.",
    "the gradient at iteration 0 shrinks over 99 steps",
    'select "Try 10 Seeds" in the Loss chart. Then make one of the changes',
    "| Change | Seeds that learn, of ten |",
  ),
  ...all(
    "setting",
    "reads 10 bits, one at each step.",
    "Its recurrent weight is 2.",
    "for a recurrent weight of 0.5, for -2, and for 20 bits in place of 10.",
    "It diverges with a learning rate of 0.001. Which learning rate makes it converge within 500 iterations?",
    "replace 0.001 in the line",
    "put your number in place of 3e-7",
    "set `length` to 5",
    "Try 0.0003 and 5,000 iterations.",
    "Clip the gradient to norm 1, and with the rate 0.001 that just diverged no step is longer than 0.001. The weights start at (-1.5, 2)",
    'change the seed to 3, then to 7, or select "Try 10 Seeds" in the Loss chart.',
    "the iteration at which it is below 0.01.",
    "Ten times the rate, a tenth of the iterations? Set the learning rate of example 3 to 0.01",
    "How many of ten seeds learn it without a mistake?",
    "Now 30 bits and a recurrent weight of 0.3.",
    "then change `learningRate` to 5e-5. After that, try 1e-4,",
    'Does the network learn in 4,000 batches with them? Guess, then add `"init": { "scheme": "orthogonal" }` to the model and set the learning rate to 0.001. Run it, also with 10,000.',
    "with 500 iterations and",
    "with 2,000. Finally run",
    "at iterations 0, 100, 200, 300 and 400, and at",
    "a rate of 0.005 in place of 0.02, a rate of 0.05, ten times as many iterations, or six units?",
  ),
  ...all(
    "arithmetic",
    "Twice the length squares the factor.",
    "u^(2T) shrinks by 2^10 = 1,024, and the derivative of u^T has a factor T, which halves: 2,048 in total.",
    "a distance of 2.69. So it takes at least 2,693 steps.",
    "how close to 2,693 steps does it get?",
    "It can be fewer than 2,693 because a step by value is up to √2 = 1.41 times as long.",
    "it settles only if η < 2 / λ",
    "the gradient before the first bit is 0.3^30 = 2e-16 of that at the end.",
  ),
];
