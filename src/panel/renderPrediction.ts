import type { PictureShape, PredictionPage, PredictionPicture } from "../shared/wire/predictionPage";

/** Everything in it is escaped: names of columns are texts of a file. */
export function renderPrediction(
  { title, heading, sentences, pictures, table }: PredictionPage,
  nonce: string,
  language: string,
): string {
  const policy = `default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'nonce-${nonce}'`;
  const cells = (tag: "td" | "th", texts: readonly string[], more = ""): string =>
    texts.map((text) => `<${tag}${more}>${escaped(text)}</${tag}>`).join("");
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
${pictures.map(renderPicture).join("\n")}
<details>
<summary>${escaped(table.caption)}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="${escaped(table.caption)}">
<table>
<thead><tr>${cells("th", table.columns, ' scope="col"')}</tr></thead>
<tbody>${table.rows.map((row) => `<tr>${cells("td", row)}</tr>`).join("\n")}</tbody>
</table>
</div>
</details>
</main>
</body>
</html>`;
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
`;
