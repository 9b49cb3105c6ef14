import { expect, test } from "vitest";
import { renderPrediction } from "../../../src/panel/renderPrediction";
import type { PredictionPage } from "../../../src/shared/wire/predictionPage";

const EVIL = `"><script>alert(1)</script>&amp;`;
const PAGE: PredictionPage = {
  title: EVIL,
  heading: EVIL,
  sentences: [EVIL],
  pictures: [
    {
      title: EVIL,
      summary: EVIL,
      width: 100,
      height: 50,
      shapes: [
        { kind: "path", class: "forecast", d: "M0 0L1 1" },
        { kind: "text", x: 1, y: 2, anchor: "end", text: EVIL },
      ],
    },
  ],
  confusions: [
    {
      title: EVIL,
      caption: EVIL,
      corner: EVIL,
      labels: [EVIL],
      rows: [[{ text: EVIL, title: EVIL, tenths: 10 }]],
    },
  ],
  table: { caption: EVIL, columns: [EVIL], rows: [[EVIL]] },
};

test("the page has the picture, its summary and the table, and no text of a file becomes markup", () => {
  const html = renderPrediction(PAGE, "nonce", 'en"');
  expect(html).not.toContain("<script");
  expect(html.match(/&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;&amp;amp;/g)).toHaveLength(18);
  expect(html).toContain('<html lang="en&quot;">');
  expect(html).toContain('<path class="forecast" d="M0 0L1 1"/>');
  expect(html).toMatch(/<svg role="img" aria-label="[^"]+" viewBox="0 0 100 50">/);
  expect(html).toMatch(/<thead><tr><th scope="col">/);
});

test("nothing on the page can run or load anything", () => {
  const html = renderPrediction(PAGE, "abc", "en");
  expect(html).toContain(`content="default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'nonce-abc'"`);
  expect(html).not.toMatch(/ (?:src|href|style|on\w+)=/);
});
