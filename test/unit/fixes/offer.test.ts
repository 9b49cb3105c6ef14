import { describe, expect, it } from "vitest";
import { isFixable, offerFixes } from "../../../src/fixes/offer";
import type { Finding, Fix } from "../../../src/shared/wire/findings";
import { CLIP, RATE, SLOW, finding, setFix } from "./support";

const CELL = setFix("Cell", ["model.cell", "gru"]);
const TRIAL = { iterations: 5, finalLoss: 1, bestLoss: 1, validationLoss: null, runLoss: 2 };
const tried = (fix: Fix): Fix => ({ ...fix, trial: TRIAL });
const fixesIn = (findings: readonly Finding[]): string[][] =>
  findings.map(({ fixes }) => fixes.map(({ title, trial }) => (trial === undefined ? `${title}?` : title)));

describe("fixes are offered", () => {
  it("all with the cause, those that helped before those that were not tried; with an effect its own", () => {
    const findings = [finding("exploding", [CLIP]), finding("update-ratio", [RATE, CLIP]), finding("saturated", [])];
    const offered = offerFixes(findings, { helped: [tried(RATE)], untried: [CELL] });
    expect(fixesIn(offered)).toEqual([["Rate", "Cell?"], ["Rate"], []]);
  });

  it("not a learning rate that was not tried and that no finding names", () => {
    const outcome = { helped: [], untried: [CLIP, RATE, SLOW] };
    expect(fixesIn(offerFixes([finding("exploding", [CLIP])], outcome))).toEqual([["Clip?"]]);
    expect(fixesIn(offerFixes([finding("limit-cycle", [SLOW])], outcome))).toEqual([["Clip?", "Slow?"]]);
  });

  it("no more than a menu holds", () => {
    const many = Array.from({ length: 20 }, (_, i) => setFix(`${i}`, ["seed", i]));
    const [offered] = fixesIn(offerFixes([finding("exploding", [])], { helped: many.map(tried), untried: many }));
    expect(offered).toEqual(["0", "1", "2", "3", "4", "0?", "1?", "2?"]);
  });

  it("for no cause in the data, and without a finding not at all", () => {
    const findings = [finding("overfitting", [CLIP]), finding("label-noise", [])];
    expect([isFixable(findings), isFixable([]), isFixable(findings.slice(0, 1))]).toEqual([false, false, true]);
    expect(fixesIn(offerFixes(findings, { helped: [], untried: [CLIP] }))).toEqual([[], []]);
  });
});
