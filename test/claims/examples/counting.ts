/** Claims about the examples in which one linear unit counts ones, 01 to 07, and the walkthrough's first steps. */
import { claim, type Claim } from "../claim";
import { countOf, finalLoss, lossBelow, median, ordersLost, range } from "../measures";
import { example, overSeeds, type ExperimentFile, type Run, type RunJob } from "../runJob";
import { exampleText, readmeText, walkthroughText } from "./places";

/** An example over ten seeds, with all that the claims below ask for. */
function runs(experiment: ExperimentFile, parts: Partial<RunJob> = {}): RunJob[] {
  return overSeeds({ experiment, ...parts });
}

const RPROP = runs(example("01-it-learns"), { gradientAt: [0], parameters: true });
const PLAIN = runs(example("02-it-explodes"), { parameters: true });
const BY_NORM = runs(example("03-clipping-saves-it"), { parameters: true });
const BY_VALUE = runs(example("05-clip-by-value"), { parameters: true });
const CYCLE = runs(example("04-limit-cycle"), { parameters: true });
const SMALL_STEPS = runs(example("06-it-vanishes"), { gradientAt: [0] });
const LARGER_STEPS = runs(example("07-larger-steps"), { gradientAt: [0, 500] });
/** All of one iteration's parameters; of the last iteration by default. */
function weightsAt({ parameters, parameterCount }: Run, iteration = parameters.length / parameterCount - 1): number[] {
  return [...parameters.slice(iteration * parameterCount, (iteration + 1) * parameterCount)];
}

function slower(learningRate: number): RunJob[] {
  return runs(
    example("02-it-explodes", { "training.optimizer.learningRate": learningRate, "training.iterations": 200_000 }),
  );
}

function smallSteps(changes: Readonly<Record<string, unknown>>): RunJob[] {
  return runs(example("06-it-vanishes", changes));
}

/** "8 of 10 below 0.01". */
function share(of: readonly Run[], limit: number): { readonly count: number; readonly numbers: string } {
  const count = countOf(of, (run) => lossBelow(run, limit) < Infinity);
  return { count, numbers: `${count} of ${of.length} below ${limit}` };
}

const LEARNING: Claim[] = [
  claim({
    id: "examples/counting/gradient-doubles",
    says: "Ten steps back the gradient is 1,024 times as large: a factor of the recurrent weight, 2, at each step.",
    texts: [
      exampleText(
        "01-it-learns",
        "ten steps back it is 1,024 times larger than at the end, a factor of weight_hh_l0 = 2 per step.",
      ),
      walkthroughText("at iteration 0 the gradient doubles with each step back in time"),
    ],
    range: "weight_hh_l0 = 2, T = 10, exact",
    isShort: true,
    jobs: { rprop: RPROP },
    judge({ rprop }) {
      const factors = rprop.map(({ gradients: [first] }) => first!.norms[0]! / first!.norms[10]!);
      return { holds: factors.every((factor) => Math.abs(factor - 1024) < 1e-9), numbers: range(factors, 12) };
    },
  }),
  claim({
    id: "examples/counting/rprop-converges",
    says: "Rprop converges although the gradient norm is 5,000,000; with seed 1 to 1.0014 and 0.9997.",
    texts: [
      exampleText("01-it-learns", "Training converges to 1.0014 and 0.9997 in 500 iterations"),
      exampleText("01-it-learns", "the loss falls from 615,690 to 1.8e-6. It falls below 1e-5 in 10 of 10 seeds."),
      exampleText("01-it-learns", "a gradient norm of 5,000,000 does no harm."),
      readmeText("although the gradient norm is 5,000,000 at first | 615,690 → 1.8e-6 | 10 of 10"),
      walkthroughText("Starting far away, both weights converge to 1."),
      walkthroughText("The loss falls from 615,690 to 1.8e-6 in 500 iterations"),
    ],
    range: "T = 10, start -1.5 and 2, initial step 0.001, 500 iterations",
    isShort: true,
    jobs: { rprop: RPROP },
    judge({ rprop }) {
      const [first] = rprop as [Run];
      const weights = weightsAt(first).map((weight) => weight.toFixed(4));
      const loss = finalLoss(first).toPrecision(2);
      const last = rprop.map(finalLoss);
      return {
        holds:
          weights.join(" ") === "1.0014 0.9997" &&
          first.losses[0]!.toFixed(0) === "615690" &&
          Number(loss) === 1.8e-6 &&
          Number(first.gradientNorms[0]!.toPrecision(1)) === 5e6 &&
          last.every((value) => value < 1e-5) &&
          rprop.flatMap((run) => weightsAt(run)).every((weight) => Math.abs(weight - 1) < 0.002),
        numbers: `seed 1 ends at ${weights.join(" and ")}, loss ${loss}; ten seeds end at ${range(last)}`,
      };
    },
  }),
];

const EXPLODING: Claim[] = [
  claim({
    id: "examples/counting/diverges-at-iteration-2",
    says: "Plain gradient descent diverges with the second update: the weights pass the thousands, then 1e60.",
    texts: [
      exampleText(
        "02-it-explodes",
        "Its norm is 5,000,000, so the first update moves the weights into the thousands and the second " +
          "beyond 1e60. At iteration 2 the loss is infinite, and the run ends as diverged: in 10 of 10 seeds.",
      ),
      readmeText("diverges at iteration 2 | 615,690 → ∞ | 10 of 10"),
      walkthroughText("The gradient norm is 5,000,000, and two updates make the loss overflow."),
      walkthroughText("The loss is infinite at iteration 2"),
    ],
    range: "T = 10, start -1.5 and 2, learning rate 0.001",
    isShort: true,
    jobs: { plain: PLAIN },
    judge({ plain }) {
      const largest = (iteration: number) =>
        plain.map((run) => Math.max(...weightsAt(run, iteration).map((weight) => Math.abs(weight))));
      const [thousands, huge] = [largest(1), largest(2)];
      return {
        holds:
          plain.every((run) => run.result === "diverged" && run.iterations === 2 && run.losses[2] === Infinity) &&
          thousands.every((weight) => weight >= 1000 && weight < 10_000) &&
          huge.every((weight) => weight > 1e60) &&
          Number(plain[0]!.gradientNorms[0]!.toPrecision(1)) === 5e6,
        numbers:
          `${countOf(plain, (run) => run.iterations === 2)} of 10; weights up to ${range(thousands)}, then ` +
          `${range(huge)}`,
      };
    },
  }),
  claim({
    id: "examples/counting/a-smaller-rate-does-not-help",
    says: "With a smaller rate, the loss is still above 20 after 200,000 iterations.",
    texts: [
      exampleText(
        "02-it-explodes",
        "with 1e-7 or 3e-7 the first step lands in a flat region, and after 200,000 iterations the loss is " +
          "still above 20 in 10 of 10 seeds.",
      ),
    ],
    range: "learning rates 1e-7 and 3e-7, T = 10, start -1.5 and 2",
    jobs: { tenth: slower(1e-7), third: slower(3e-7) },
    judge({ tenth, third }) {
      const [low, high] = [tenth, third].map((list) => list.map(finalLoss)) as [number[], number[]];
      return {
        holds: [...low, ...high].every((loss) => loss > 20 && loss < Infinity),
        numbers: `1e-7: ${range(low)}; 3e-7: ${range(high)}`,
      };
    },
  }),
];

const CLIPPING: Claim[] = [
  claim({
    id: "examples/counting/clipping-converges",
    says: "Clipping by norm converges in 8 of 10 seeds; two end in another valley.",
    texts: [
      exampleText("03-clipping-saves-it", "after 10,000 iterations the loss is 1e-9."),
      exampleText("03-clipping-saves-it", "at first they differ by a factor of 5,000,000. Near the end the raw norm"),
      exampleText(
        "03-clipping-saves-it",
        "8 of 10 seeds converge, and 2 end in another valley, where weight_hh_l0 is -2 and the loss is about 20.",
      ),
      readmeText("clipped to norm 1 converges | 615,690 → 1e-9 | 8 of 10"),
      walkthroughText("With it, the same experiment converges, as do 8 of 10 random seeds."),
      walkthroughText("With the gradient clipped to norm 1, the loss falls to 1e-9"),
    ],
    range: "learning rate 0.001, clip norm 1, T = 10, start -1.5 and 2, 10,000 iterations",
    isShort: true,
    jobs: { byNorm: BY_NORM },
    judge({ byNorm }) {
      const [first] = byNorm as [Run];
      const good = byNorm.filter((run) => finalLoss(run) < 1e-6);
      const other = byNorm.filter((run) => !good.includes(run));
      const isOtherValley = (run: Run): boolean =>
        weightsAt(run)[1]!.toFixed(0) === "-2" && Number(finalLoss(run).toPrecision(1)) === 20;
      return {
        holds:
          good.length === 8 &&
          other.every(isOtherValley) &&
          Number(finalLoss(first).toPrecision(1)) === 1e-9 &&
          Number(first.gradientNorms[0]!.toPrecision(1)) === 5e6 &&
          good.every(({ gradientNorms }) => gradientNorms.at(-1)! < 1),
        numbers:
          `${good.length} of 10 converge; the others end at a loss of ${range(other.map(finalLoss))}, ` +
          `weight_hh_l0 ${range(other.map((run) => weightsAt(run)[1]!))}`,
      };
    },
  }),
  claim({
    id: "examples/counting/limit-cycle",
    says: "With a rate of 0.1, every step has length 0.1, and the loss ends up alternating between two values.",
    texts: [
      exampleText("04-limit-cycle", "near the bottom the gradient norm exceeds 1, so every step has length 0.1"),
      exampleText(
        "04-limit-cycle",
        "The loss oscillates: 0.58, 1.55, 0.58, 1.55, and so on. In 10 of 10 seeds, it never falls below 0.1.",
      ),
      exampleText("04-limit-cycle", "which alternates between two points, and at the clipped norm: 1."),
      readmeText("oscillates to the end | 615,690 → 0.58, 1.55, 0.58, … | 10 of 10"),
    ],
    range: "learning rate 0.1, clip norm 1, T = 10, start -1.5 and 2, 1,000 iterations",
    isShort: true,
    jobs: { cycle: CYCLE },
    judge({ cycle }) {
      const tail = [...cycle[0]!.losses.slice(-4)].map((loss) => loss.toFixed(2)).toSorted();
      const lowest = cycle.map(({ losses }) => Math.min(...losses));
      const alternates = (run: Run): boolean => Math.abs(run.losses.at(-1)! / run.losses.at(-3)! - 1) < 1e-4;
      return {
        holds:
          tail.join(" ") === "0.58 0.58 1.55 1.55" &&
          lowest.every((loss) => loss > 0.1) &&
          cycle.every(({ gradientNorms }) => Math.min(...gradientNorms) > 1) &&
          cycle.every(alternates),
        numbers: `${countOf(cycle, alternates)} of 10 alternate; lowest losses ${range(lowest)}`,
      };
    },
  }),
  claim({
    id: "examples/counting/smaller-jumps",
    says: "Steps of 0.01 oscillate between 0.01 and 0.03 in 8 of 10 seeds; steps of 0.001 do not.",
    texts: [
      exampleText(
        "04-limit-cycle",
        "Try a learning rate of 0.01, or a clip norm of 0.1: in 8 of 10 seeds, the loss oscillates between " +
          "0.01 and 0.03. A learning rate of 0.001 ends the jumps, but needs the 10,000 iterations of " +
          "experiment 3.",
      ),
    ],
    range: "T = 10, start -1.5 and 2; 1,000 iterations with steps of 0.01, 10,000 with steps of 0.001",
    jobs: {
      smallerRate: runs(example("04-limit-cycle", { "training.optimizer.learningRate": 0.01 })),
      smallerNorm: runs(example("04-limit-cycle", { "training.clip.norm": 0.1 })),
      shortSmallest: runs(example("04-limit-cycle", { "training.optimizer.learningRate": 0.001 })),
      byNorm: BY_NORM,
    },
    judge({ smallerRate, smallerNorm, shortSmallest, byNorm }) {
      const oscillates = ({ losses }: Run): boolean =>
        [...losses.slice(-2)].every((loss) => loss > 0.01 && loss < 0.03);
      const [rate, norm] = [countOf(smallerRate, oscillates), countOf(smallerNorm, oscillates)];
      const ended = share(byNorm, 0.001);
      return {
        holds: rate === 8 && norm === 8 && ended.count === 8 && share(shortSmallest, 1).count === 0,
        numbers: `rate 0.01: ${rate} of 10, norm 0.1: ${norm} of 10; rate 0.001: ${ended.numbers}`,
      };
    },
  }),
  claim({
    id: "examples/counting/by-value-converges-sooner",
    says: "Clipping by value is below 0.01 within 2,900 iterations; by norm it takes 5,400 or more.",
    texts: [
      exampleText(
        "05-clip-by-value",
        "in 10 of 10 seeds, the loss is below 0.01 within 2,900 iterations. With clipping by norm, that " +
          "takes 5,400 or more.",
      ),
      exampleText(
        "05-clip-by-value",
        "it is 1.41, the diagonal of the unit square, so the steps are longer. That is one reason: " +
          "clipping to norm 1.41 takes about 4,000 iterations.",
      ),
      exampleText("05-clip-by-value", "straight lines at 45 degrees"),
      readmeText("615,690 → 1.9e-6 | 10 of 10"),
    ],
    range: "learning rate 0.001, T = 10, start -1.5 and 2; other starts differ",
    jobs: {
      byValue: BY_VALUE,
      byNorm: BY_NORM,
      longer: runs(example("03-clipping-saves-it", { "training.clip.norm": Math.SQRT2 })),
    },
    judge({ byValue, byNorm, longer }) {
      const at = (list: readonly Run[]): number[] => list.map((run) => lossBelow(run, 0.01));
      const [value, norm, long] = [at(byValue), at(byNorm), at(longer).filter(Number.isFinite)];
      const isDiagonal = (run: Run): boolean => {
        const [from, to] = [weightsAt(run, 0), weightsAt(run, 1)];
        return Math.abs(Math.abs((to[0]! - from[0]!) / (to[1]! - from[1]!)) - 1) < 1e-6;
      };
      return {
        holds:
          value.every((iteration) => iteration <= 2900) &&
          norm.every((iteration) => iteration >= 5400) &&
          Number(median(long).toPrecision(1)) === 4000 &&
          Number(finalLoss(byValue[0]!).toPrecision(2)) === 1.9e-6 &&
          byValue.every(isDiagonal),
        numbers: `by value at ${range(value, 4)}, by norm at ${range(norm, 4)}, norm 1.41 at ${range(long, 4)}`,
      };
    },
  }),
];

const VANISHING: Claim[] = [
  claim({
    id: "examples/counting/gradient-vanishes",
    says: "Each step back multiplies the gradient by the recurrent weight, 0.3.",
    texts: [
      exampleText(
        "06-it-vanishes",
        "With 30 bits and a recurrent weight of 0.3, the gradient vanishes before it reaches the early " +
          "bits. Ten steps back it is 0.3^10 = 5.9e-6 of its value at the end, and at the initial state " +
          "2e-16.",
      ),
      walkthroughText(
        'With "weight_hh_l0": 0.3, the early bits receive almost no gradient: after 30 steps back, 2e-16 of it is left.',
      ),
      walkthroughText("At iteration 0 the panel says ×0.3 per step back"),
      walkthroughText("each step multiplies the gradient by weight_hh_l0, and 0.3 to the power of 30 is 2e-16."),
      walkthroughText("the gradient by time step shrinks by a factor of 0.3 with each step back"),
    ],
    range: "weight_hh_l0 = 0.3, T = 30, exact",
    isShort: true,
    jobs: { small: SMALL_STEPS },
    judge({ small }) {
      const left = (back: number): number[] =>
        small.map(({ gradients: [first] }) => first!.norms.at(-1 - back)! / first!.norms.at(-1)!);
      return {
        holds:
          left(10).every((part) => Number(part.toPrecision(2)) === 5.9e-6) &&
          left(30).every((part) => Number(part.toPrecision(1)) === 2e-16),
        numbers: `ten steps back ${range(left(10))}, thirty ${range(left(30))}`,
      };
    },
  }),
  claim({
    id: "examples/counting/small-steps",
    says:
      "With a rate of 1e-5 the loss falls by less than 10% in 800 iterations, although the gradient norm is " +
      "above 20.",
    texts: [
      exampleText(
        "06-it-vanishes",
        "The loss only falls from 238 to 226 in 800 iterations, in 10 of 10 seeds by less than 10%",
      ),
      exampleText("06-it-vanishes", "Its norm is above 20 in every seed, but with a learning rate of 1e-5"),
      readmeText("30 bits and a recurrent weight of 0.3"),
      readmeText("238 → 226 | 10 of 10"),
      walkthroughText("The loss barely changes"),
    ],
    range: "learning rate 1e-5, T = 30, start 0.5 and 0.3",
    isShort: true,
    jobs: { small: SMALL_STEPS },
    judge({ small }) {
      const falls = small.map(({ losses }) => 1 - losses.at(-1)! / losses[0]!);
      const norms = small.map(({ gradientNorms }) => Math.min(...gradientNorms));
      const [first] = small as [Run];
      return {
        holds:
          [first.losses[0]!, first.losses.at(-1)!].map((loss) => loss.toFixed(0)).join(" ") === "238 226" &&
          falls.every((fall) => fall > 0 && fall < 0.1) &&
          norms.every((norm) => norm > 20),
        numbers: `the loss falls by ${range(falls)} of it; gradient norm at least ${range(norms, 3)}`,
      };
    },
  }),
  claim({
    id: "examples/counting/rate-is-the-cause",
    says: "Larger rates learn in the same 800 iterations: 2e-5 in 6 of 10 seeds, 5e-5 in all, which then leave again.",
    texts: [
      exampleText(
        "06-it-vanishes",
        "Try 2e-5: 6 of 10 seeds get below 1. Try 5e-5: 10 of 10 do, but near the minimum the steps are " +
          "too large, and 9 of them leave it again.",
      ),
    ],
    range: "T = 30, start 0.5 and 0.3, 800 iterations",
    isShort: true,
    jobs: {
      double: smallSteps({ "training.optimizer.learningRate": 2e-5 }),
      fivefold: smallSteps({ "training.optimizer.learningRate": 5e-5 }),
    },
    judge({ double, fivefold }) {
      const [two, five] = [share(double, 1), share(fivefold, 1)];
      const left = countOf(fivefold, (run) => finalLoss(run) > 1);
      return {
        holds: two.count === 6 && five.count === 10 && left === 9,
        numbers: `2e-5: ${two.numbers}; 5e-5: ${five.numbers}, ${left} above it at the end`,
      };
    },
  }),
  claim({
    id: "examples/counting/larger-steps",
    says: "Rprop from the same start is below 1 within 50 iterations, and Adam with 0.01 at iteration 61.",
    texts: [
      exampleText(
        "07-larger-steps",
        "The loss is below 1 within 50 iterations in 10 of 10 seeds, and the early bits count. The small " +
          "steps were to blame, not the optimizer: Adam with a learning rate of 0.01 needs 61 iterations.",
      ),
      exampleText(
        "07-larger-steps",
        "Try an initialStep of 0.1, or a length of 100: within 50 iterations again, in 10 of 10 seeds.",
      ),
      exampleText("07-larger-steps", "evenly bright once weight_hh_l0 is close to 1."),
      readmeText("238 → 8e-5 | 10 of 10"),
    ],
    range: "start 0.5 and 0.3; T = 30, and T = 100 with Rprop and an initial step of 0.001",
    isShort: true,
    jobs: {
      rprop: LARGER_STEPS,
      larger: runs(example("07-larger-steps", { "training.optimizer.initialStep": 0.1 })),
      long: runs(example("07-larger-steps", { "task.length": 100 })),
      adam: smallSteps({ "training.optimizer": { kind: "adam", learningRate: 0.01 } }),
    },
    judge({ rprop, larger, long, adam }) {
      const at = (list: readonly Run[]): number[] => list.map((run) => lossBelow(run, 1));
      const isEven = (run: Run): boolean => ordersLost(run, 500) < 0.05;
      return {
        holds:
          [rprop, larger, long].flatMap(at).every((iteration) => iteration <= 50) &&
          at(adam).every((iteration) => iteration === 61) &&
          Number(finalLoss(rprop[0]!).toPrecision(1)) === 8e-5 &&
          rprop[0]!.losses[0]!.toFixed(0) === "238" &&
          rprop.every((run) => ordersLost(run, 0) > 10 && isEven(run)),
        numbers:
          `below 1 at ${range(at(rprop))}, initial step 0.1 ${range(at(larger))}, T = 100 ` +
          `${range(at(long))}, Adam ${range(at(adam))}`,
      };
    },
  }),
];

export const COUNTING_CLAIMS: readonly Claim[] = [...LEARNING, ...EXPLODING, ...CLIPPING, ...VANISHING];
