import { describe, expect, it } from "vitest";
import { toCsv } from "../../../webview/chart/table";
import { escapeXml, SvgPath, SvgPen } from "../../../webview/svg/svgPen";

describe("a table as CSV", () => {
  it("has every digit of a number, and NaN and Infinity by their names", () => {
    expect(
      toCsv({
        caption: "",
        columns: ["Iteration", "Loss"],
        rows: [
          [0, 0.1 + 0.2],
          [1, NaN],
          [2, -Infinity],
          [3, -1.5e-300],
        ],
      }),
    ).toBe("Iteration,Loss\n0,0.30000000000000004\n1,NaN\n2,-Infinity\n3,-1.5e-300\n");
  });

  it("has no cell that a spreadsheet takes for a formula, and leaves out what is missing", () => {
    const csv = toCsv({
      caption: "",
      columns: ["=cmd|' /C calc'!A0", "@SUM(1)", "+1+A1", "-1", 'a "b", c'],
      rows: [["–", "two\nlines", "\tx", "x", "1"]],
    });
    expect(csv).toBe(`'=cmd|' /C calc'!A0,'@SUM(1),'+1+A1,-1,"a ""b"", c"\n,"two\nlines",'\tx,x,1\n`);
  });
});

describe("a pen that writes SVG", () => {
  const pen = (): SvgPen =>
    new SvgPen("loss", 100, 50, { measureText: () => ({ width: 1 }) } as unknown as CanvasRenderingContext2D);

  it("keeps what it was told before a save, and moves what it draws", () => {
    const it = pen();
    it.strokeStyle = "#ff0000";
    it.save();
    it.translate(10, 5);
    it.strokeStyle = "#00ff00";
    it.moveTo(0, 0);
    it.lineTo(3.14159, 2);
    it.stroke();
    it.restore();
    it.beginPath();
    it.rect(0, 0, 2, 2);
    it.stroke();
    const svg = it.toSvg("Loss", "falls");
    expect(svg).toContain('<path d="M0 0L3.14 2" fill="none" stroke="#00ff00"');
    expect(svg).toContain('transform="matrix(1 0 0 1 10 5)"');
    expect(svg).toContain(
      '<path d="M0 0h2v2h-2Z" fill="none" stroke="#ff0000" stroke-width="1" stroke-linejoin="miter" stroke-linecap="butt"/>',
    );
  });

  it("clips inside of what clipped before, under names of its own", () => {
    const it = pen();
    it.save();
    it.rect(0, 0, 9, 9);
    it.clip();
    it.beginPath();
    it.rect(1, 1, 2, 2);
    it.clip();
    it.fillRect(0, 0, 5, 5);
    it.restore();
    it.fillRect(0, 0, 1, 1);
    const svg = it.toSvg("", "");
    expect(svg).toContain('<clipPath id="loss-clip1" clip-path="url(#loss-clip0)">');
    expect(svg).toContain('<g clip-path="url(#loss-clip1)"><rect');
    expect(svg.match(/<g /g)).toHaveLength(1);
  });

  it("draws a whole circle, and writes names as text whatever they are", () => {
    const path = new SvgPath();
    path.arc(5, 5, 2, 0, 2 * Math.PI);
    expect(path.d).toBe("M7 5A2 2 0 1 1 3 5A2 2 0 1 1 7 5Z");
    const it = pen();
    it.fillText('<script>"&\u0000', 0, 0);
    expect(it.toSvg("<x>", "")).toContain("&lt;script&gt;&quot;&amp;</text>");
    expect(escapeXml("a\u0007b\uD800c")).toBe("abc");
  });
});
