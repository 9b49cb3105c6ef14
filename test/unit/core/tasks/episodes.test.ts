/** Episodes within a series, against a cell of PyTorch whose state is set to zero where one starts. */
import { spawnSync } from "node:child_process";
import { expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../../scripts/python.mjs";
import { createRandom } from "../../../../src/core/numerics/random";
import { createTrainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { experimentOf } from "../support";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const torch = findPythonPackage("torch");
const random = createRandom(11);
const ROWS = Array.from({ length: 60 }, (_, i) => ({
  site: i % 2,
  x: random.double(),
  y: random.double(),
  start: Number(random.double() < 0.2),
}));
const TABLE = `site,x,y,start\n${ROWS.map(({ site, x, y, start }) => [site, x, y, start].join(",")).join("\n")}\n`;

const RESET = `
import json, sys, torch
torch.set_default_dtype(torch.float64)
case = json.load(sys.stdin)
cell = torch.nn.LSTMCell(1, case["hiddenSize"])
readout = torch.nn.Linear(case["hiddenSize"], 1)
tensors = {f"{n}_l0": p for n, p in cell.named_parameters()}
tensors.update({f"readout.{n}": p for n, p in readout.named_parameters()})
with torch.no_grad():
    for name, values in case["parameters"].items():
        tensors[name].copy_(torch.tensor(values).reshape(tensors[name].shape))
errors = []
for rows in case["series"]:
    state = (torch.zeros(1, case["hiddenSize"]), torch.zeros(1, case["hiddenSize"]))
    for x, y, start in rows:
        if start:
            state = tuple(torch.zeros_like(part) for part in state)
        state = cell(torch.tensor([[x]]), state)
        errors.append((readout(state[0]) - y) ** 2)
loss = torch.stack(errors).mean()
loss.backward()
print(json.dumps([loss.item(), {name: p.grad.flatten().tolist() for name, p in tensors.items()}]))
`;

test.skipIf(torch.missing !== null).each([
  ["float64", 1e-10],
  ["float32", 2e-6],
] as const)("loss and gradient are those of a cell whose state is zero at each start, in %s", (engine, limit) => {
  const experiment = experimentOf({
    engine,
    task: {
      kind: "csv",
      file: "t.csv",
      columns: ["x"],
      target: "y",
      horizon: 0,
      length: "series",
      group: "site",
      reset: "start",
    },
    model: { cell: "lstm", hiddenSize: 5 },
    training: { iterations: 1 },
  });
  const trainer = createTrainer(experiment, { files: { data: TABLE, weights: null }, kernel: createWasmNetwork });
  const { units, sequences } = trainer.dataset;
  const [[input], [target]] = [units!.input, units!.target];
  const step = trainer.captureStep();
  const { stdout, stderr } = spawnSync(torch.python, ["-c", RESET], {
    encoding: "utf8",
    input: JSON.stringify({
      hiddenSize: 5,
      parameters: Object.fromEntries(step.parameters.map(({ name, values }) => [name, Array.from(values)])),
      series: [0, 1].map((site) =>
        ROWS.filter((row) => row.site === site).map(({ x, y, start }) => [
          (x - input!.mean) / input!.deviation,
          (y - target!.mean) / target!.deviation,
          start,
        ]),
      ),
    }),
  });
  expect(stderr).toBe("");
  const [loss, gradients] = JSON.parse(stdout) as [number, Record<string, number[]>];
  // The first row of a site starts an episode, whatever it says.
  const starts = ROWS.filter(({ start }, i) => start === 1 || i < 2).length;
  expect([sequences, sequences > 6]).toEqual([starts, true]);
  expect(Math.abs(step.loss - loss)).toBeLessThan(limit);
  for (const { name, values } of step.gradients)
    for (const [i, value] of values.entries()) expect(Math.abs(value - gradients[name]![i]!)).toBeLessThan(limit);
});
