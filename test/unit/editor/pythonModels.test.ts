import { expect, test } from "vitest";
import { findModelLines } from "../../../src/editor/pythonModels";

const linesOf = (text: string) => findModelLines(text).map((line) => text.split("\n")[line]?.trim());

test("lines that make a recurrent module are found by any name that it was imported under", () => {
  const text = `
import torch
import torch.nn as tnn
from torch import nn as layers
from torch.nn import Linear, GRU as Gated, LSTM
self.a = nn.LSTM(8, 16)
self.b = torch.nn.GRU (8, 16)
c = tnn.RNNCell(8, 16)
d = layers.LSTMCell(8, 16); e = Gated(8, 16)
f = LSTM(
    8, 16)
`;
  expect(linesOf(text)).toEqual([
    "self.a = nn.LSTM(8, 16)",
    "self.b = torch.nn.GRU (8, 16)",
    "c = tnn.RNNCell(8, 16)",
    "d = layers.LSTMCell(8, 16); e = Gated(8, 16)",
    "f = LSTM(",
  ]);
  expect(linesOf("from torch.nn import (\n  LSTM,\n  GRU as G,\n)\nx = G(1, 2)\ny = LSTM(1, 2)")).toEqual([
    "x = G(1, 2)",
    "y = LSTM(1, 2)",
  ]);
});

test("no line is that only names one, derives from it, or says it in a comment or a string", () => {
  expect(
    linesOf(`import torch
class Mine(nn.LSTM): pass
if isinstance(m, (nn.LSTM, nn.GRU)): ...
# nn.LSTM(8, 16)
x = "nn.LSTM(8, 16)"
"""
nn.GRU(8, 16)
"""
y = 'it\\'s nn.RNN(1, 2)'  # nn.RNN(1, 2)
z = mynn.LSTM(1, 2) + a.nn.LSTM(1, 2) + nn.LSTMs(1, 2)
w = keras.layers.LSTM(32) + LSTM(32)
`),
  ).toEqual([]);
});

test("a script that watches its model, one without torch, and one that is too long have none", () => {
  expect(findModelLines("import torch\nimport rnnlab_probe\nnn.LSTM(1, 2)")).toEqual([]);
  expect(findModelLines("nn.LSTM(1, 2)")).toEqual([]);
  expect(findModelLines(`import torch\nnn.LSTM(1, 2)\n${" ".repeat(2 ** 20)}`)).toEqual([]);
});

test("its cost grows with the text alone, also where strings and brackets never end", () => {
  for (const piece of ['"', "'''", "from torch.nn import (", "nn.LSTM(\\", "\\"]) {
    const text = `torch ${piece.repeat(100_000 / piece.length)}`;
    const before = process.threadCpuUsage().user;
    findModelLines(text);
    expect((process.threadCpuUsage().user - before) / 1000, JSON.stringify(piece)).toBeLessThan(500);
  }
});
