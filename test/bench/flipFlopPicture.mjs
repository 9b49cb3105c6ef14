// @ts-check
/** The strip of fixed points of inside/flipFlopStates.ts as SVG, in colors that light and dark pages both show. */

/**
 * @typedef {number[]} Place in the first three principal components
 * @typedef {{ iteration: number, points: { kind: string, place: Place }[], paths: Place[][] }} Moment
 */

const SIDE = 230;
const TITLE = 22;
/** From where it is looked at, in radians: around the third component, and from above. */
const [AZIMUTH, ELEVATION] = [1.15, 0.45];
const COLORS = /** @type {const} */ ({ stable: "#3794ff", saddle: "#d18616", unstable: "#f14c4c" });
const GRAY = "#808080";

/** @param {readonly Moment[]} moments all in the same axes */
export function drawFlipFlop(moments) {
  const reach = Math.max(...moments.flatMap(({ paths }) => paths.flat().map((place) => Math.hypot(...place))));
  const height = TITLE + SIDE + TITLE;
  const legend = Object.entries(COLORS).map(
    ([kind, color], i) => `<g transform="translate(${12 + i * 90} ${height - 9})">${mark(kind, [0, 0], color)}
<text x="10" y="4" fill="${GRAY}">${kind}</text></g>`,
  );
  const size = `0 0 ${moments.length * SIDE} ${height}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${size}" font-family="sans-serif" font-size="12">
<title>Fixed points of a three-bit flip-flop while it is trained: from one stable point to the corners of a cube</title>
${moments.map((moment, i) => `<g transform="translate(${i * SIDE} 0)">${picture(moment, reach)}</g>`).join("\n")}
${legend.join("\n")}
</svg>
`;
}

/** @param {Moment} moment @param {number} reach of all of them */
function picture({ iteration, points, paths }, reach) {
  const scale = (0.95 * SIDE) / (2 * reach);
  /** @param {Place} place */
  const seen = (place) => {
    const [x = 0, y = 0] = project(place);
    return /** @type {const} */ ([SIDE / 2 + scale * x, TITLE + SIDE / 2 - scale * y]);
  };
  const lines = paths.map((path) => `<path d="M${path.map((place) => seen(place).map(round).join(" ")).join("L")}"/>`);
  const marks = points.map(({ kind, place }) =>
    mark(kind, seen(place), COLORS[/** @type {keyof typeof COLORS} */ (kind)]),
  );
  const stable = points.filter(({ kind }) => kind === "stable").length;
  return `<text x="${SIDE / 2}" y="15" text-anchor="middle" fill="${GRAY}">iteration ${iteration}: ${stable} stable</text>
<g fill="none" stroke="${GRAY}" stroke-opacity="0.45" stroke-width="0.7">${lines.join("")}</g>
${marks.join("")}`;
}

/** @param {Place} place */
function project([x = 0, y = 0, z = 0]) {
  const [sa, ca, se, ce] = [Math.sin(AZIMUTH), Math.cos(AZIMUTH), Math.sin(ELEVATION), Math.cos(ELEVATION)];
  return [ca * x + sa * y, se * (ca * y - sa * x) + ce * z];
}

/** @param {string} kind @param {readonly [number, number]} at @param {string} color */
function mark(kind, [x, y], color) {
  const [cx, cy] = [round(x), round(y)];
  if (kind === "stable") return `<circle cx="${cx}" cy="${cy}" r="4.5" fill="${color}"/>`;
  if (kind === "saddle") return `<path d="M${cx} ${cy}m-4 0l4-4 4 4-4 4z" fill="${color}"/>`;
  return `<circle cx="${cx}" cy="${cy}" r="4" fill="none" stroke="${color}" stroke-width="1.6"/>`;
}

/** @param {number} value */
function round(value) {
  return Math.round(10 * value) / 10;
}
