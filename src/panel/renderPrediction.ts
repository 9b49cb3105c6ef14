import type { ConfusionPage, PictureShape, PredictionPage, PredictionPicture } from "../shared/wire/predictionPage";

/** Everything in it is escaped: names of columns are texts of a file. */
export function renderPrediction(
  { title, heading, sentences, pictures, confusions, table }: PredictionPage,
  nonce: string,
  language: string,
): string {
  const policy = `default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="${nonce}">${STYLE}</style>
<title>${escaped(title)}</title>
</head>
<body>
<main>
<h1>${escaped(heading)}</h1>
${sentences.map((sentence) => `<p>${escaped(sentence)}</p>`).join("\n")}
${confusions.map(renderConfusion).join("\n")}
${pictures.map(renderPicture).join("\n")}
<details>
<summary>${escaped(table.caption)}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="${escaped(table.caption)}">
<table>
<thead><tr>${table.columns.map(renderHead).join("")}</tr></thead>
<tbody>${table.rows.map(renderRow).join("\n")}</tbody>
</table>
</div>
</details>
</main>
</body>
</html>`;
}

function renderRow(texts: readonly string[]): string {
  return `<tr>${texts.map((text) => `<td>${escaped(text)}</td>`).join("")}</tr>`;
}

function renderHead(text: string): string {
  return `<th scope="col">${escaped(text)}</th>`;
}

function renderConfusion({ title, caption, corner, labels, rows }: ConfusionPage): string {
  const bodyRows = rows.map((row, target) => {
    const cells = row.map(({ text, title: sentence, tenths }, answer) => {
      const kind = answer === target ? "right" : "wrong";
      return `<td class="${kind} share${tenths}" title="${escaped(sentence)}">${escaped(text)}</td>`;
    });
    return `<tr><th scope="row">${escaped(labels[target] ?? "")}</th>${cells.join("")}</tr>`;
  });
  return `<section>
<h2>${escaped(title)}</h2>
<div class="scroll" tabindex="0" role="region" aria-label="${escaped(title)}">
<table class="confusion">
<caption>${escaped(caption)}</caption>
<thead><tr>${[corner, ...labels].map(renderHead).join("")}</tr></thead>
<tbody>${bodyRows.join("\n")}</tbody>
</table>
</div>
</section>`;
}

function renderPicture({ title, summary, width, height, shapes }: PredictionPicture): string {
  return `<section>
<h2>${escaped(title)}</h2>
<svg role="img" aria-label="${escaped(summary)}" viewBox="0 0 ${width} ${height}">
${shapes.map(renderShape).join("\n")}
</svg>
</section>`;
}

function renderShape(shape: PictureShape): string {
  return shape.kind === "path"
    ? `<path class="${shape.class}" d="${shape.d}"/>`
    : `<text x="${shape.x}" y="${shape.y}" text-anchor="${shape.anchor}">${escaped(shape.text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Of the color behind a cell that has a tenth of its row, in percent: the number stays readable in every theme. */
const STRONGEST = 3;

const STYLE = `
body { color: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }
main { max-width: 1100px; margin: 0 auto; padding: 12px 0 24px; }
h1 { font-size: 1.4em; font-weight: 600; margin: 0 0 8px; overflow-wrap: anywhere; }
h2 { font-size: 1.1em; font-weight: 600; margin: 20px 0 4px; overflow-wrap: anywhere; }
p { margin: 4px 0; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; }
text { fill: var(--vscode-foreground); font-size: 12px; }
path { fill: none; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
.grid { stroke: var(--vscode-foreground); stroke-opacity: 0.15; stroke-width: 1; }
.axis { stroke: var(--vscode-foreground); stroke-width: 1; }
.end { stroke: var(--vscode-foreground); stroke-opacity: 0.5; stroke-width: 1; stroke-dasharray: 2 4; }
.data { stroke: var(--vscode-foreground); stroke-opacity: 0.75; }
.predicted { stroke: var(--vscode-charts-blue, #1a70c8); }
.forecast { stroke: var(--vscode-charts-orange, #d18616); stroke-width: 2; stroke-dasharray: 1 4; }
details { margin-top: 20px; }
summary { cursor: pointer; }
summary:focus-visible, .scroll:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
.scroll { max-height: 60vh; overflow: auto; margin-top: 8px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 2px 12px 2px 0; }
th { position: sticky; top: 0; background: var(--vscode-editor-background); }
caption { caption-side: top; text-align: left; padding-bottom: 6px; white-space: nowrap; }
.confusion th, .confusion td { padding: 4px 10px; border: 1px solid transparent; }
.confusion th[scope="row"] { position: static; }
.right { --color: var(--vscode-charts-blue, #1a70c8); }
.wrong { --color: var(--vscode-charts-red, #c93c37); }
.confusion td { background: color-mix(in srgb, var(--color) var(--share, 0%), transparent); }
${Array.from({ length: 10 }, (_, i) => `.share${i + 1} { --share: ${STRONGEST * (i + 1)}%; }`).join("\n")}
`;
