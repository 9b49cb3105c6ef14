import { describe, expect, it } from "vitest";
import { chooseSequences } from "../../../../src/core/analysis/shownSequences";

const part = (sequences: number, trainingSequences: number) => ({ sequences, trainingSequences });

describe("the sequences that are shown", () => {
  it("of both parts lie on either side of the split and fill the limit", () => {
    expect(chooseSequences(part(100, 70), "both", 200)).toMatchObject({ first: 0, count: 100, training: 70, of: 100 });
    expect(chooseSequences(part(1000, 700), "both", 200)).toMatchObject({ first: 600, count: 200, training: 100 });
    expect(chooseSequences(part(1000, 970), "both", 200)).toMatchObject({ first: 800, count: 200, training: 170 });
    expect(chooseSequences(part(1000, 40), "both", 200)).toMatchObject({ first: 0, count: 200, training: 40 });
  });

  it("are those of training where nothing is held out", () => {
    expect(chooseSequences(part(50, 50), "both", 20)).toMatchObject({ part: "training", count: 20, of: 50 });
    expect(chooseSequences(part(50, 50), "validation", 20)).toMatchObject({ count: 0, of: 0 });
  });
});
