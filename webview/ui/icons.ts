/**
 * Our own icons on a 16-pixel grid, in the current text color. A font of icons would need a second file and a CSP
 * entry.
 */
const SVG = "http://www.w3.org/2000/svg";

interface Shape {
  readonly fill?: string;
  readonly stroke?: string;
}

const CIRCLE = "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z";

const SHAPES = {
  play: { fill: "M4 2.6v10.8a.6.6 0 0 0 .92.5l8.3-5.4a.6.6 0 0 0 0-1L4.92 2.1A.6.6 0 0 0 4 2.6Z" },
  pause: { fill: "M3.5 2.75h3v10.5h-3zM9.5 2.75h3v10.5h-3z" },
  // The arrow over a dot of "step over" in a debugger; the bar of a player belongs to playback.
  step: {
    stroke: "M2.2 9a5.9 5.9 0 0 1 10.9-2.6M13.6 2.6v4h-4",
    fill: "M10.1 12a2.1 2.1 0 1 1-4.2 0 2.1 2.1 0 0 1 4.2 0Z",
  },
  stop: {
    fill: "M3.75 3h8.5a.75.75 0 0 1 .75.75v8.5a.75.75 0 0 1-.75.75h-8.5a.75.75 0 0 1-.75-.75v-8.5A.75.75 0 0 1 3.75 3Z",
  },
  rerun: { stroke: "M13.2 8A5.2 5.2 0 1 1 11.3 4", fill: "M13.6 1.6v4.6H9z" },
  flask: { stroke: "M5.75 2h4.5M6.75 2v4.4L3.3 12.5a1 1 0 0 0 .9 1.5h7.6a1 1 0 0 0 .9-1.5L9.25 6.4V2M5.2 10h5.6" },
  sliders: {
    stroke:
      "M2 4.75h5.5M12 4.75h2M2 11.25h2M8.5 11.25H14M12 4.75a2.25 2.25 0 1 1-4.5 0 2.25 2.25 0 0 1 4.5 0ZM8.5 11.25a2.25 2.25 0 1 1-4.5 0 2.25 2.25 0 0 1 4.5 0Z",
  },
  table: { stroke: "M2 3h12v10H2zM2 6.4h12M2 9.7h12M6.2 6.4V13" },
  chart: { stroke: "M2.5 2v11.5H14M5 10.5l2.6-3.6 2.3 1.9L13.5 4" },
  check: { stroke: "M3 8.6l3.2 3.2L13 4.6" },
  checkCircle: { stroke: `${CIRCLE}M5.2 8.2l2 2 3.6-4.2` },
  close: { stroke: "M4 4l8 8M12 4l-8 8" },
  warning: { stroke: "M8 2.2 14.3 13.4H1.7zM8 6.4v3.4", fill: "M7.25 11h1.5v1.4h-1.5z" },
  error: { stroke: `${CIRCLE}M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4` },
  info: { stroke: `${CIRCLE}M8 7.3v3.9`, fill: "M7.2 4.6h1.6v1.5H7.2z" },
  circle: { stroke: CIRCLE },
  dot: { fill: "M12 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z" },
  starting: { stroke: "M8 2a6 6 0 0 1 6 6M8 14a6 6 0 0 1-6-6" },
  wrench: {
    stroke:
      "M9.6 6.4 3 13a1.4 1.4 0 0 1-2-2l6.6-6.6a3.6 3.6 0 0 1 4.6-2.6L10 4l.4 1.6L12 6l2.2-2.2a3.6 3.6 0 0 1-4.6 2.6Z",
  },
  save: { stroke: "M8 2v7.5M4.8 6.6 8 9.8l3.2-3.2M2.5 12.5v1.3h11v-1.3" },
  file: { stroke: "M9.2 1.9H4a.6.6 0 0 0-.6.6v11a.6.6 0 0 0 .6.6h8a.6.6 0 0 0 .6-.6V5.3zM9.2 1.9v3.4h3.4" },
  shield: { stroke: "M8 1.8l5 1.9v4c0 3-2 5.2-5 6.5-3-1.3-5-3.5-5-6.5v-4z" },
  openPanel: { stroke: "M2 3h12v10H2zM8.8 3v10" },
  plus: { stroke: "M8 3v10M3 8h10" },
  first: { stroke: "M13.5 8h-8M8.8 4.2 5 8l3.8 3.8M2.5 3.5v9" },
  stepBack: {
    stroke: "M4.2 3.2v9.6",
    fill: "M13 3.6v8.8a.6.6 0 0 1-.93.5L6.4 8.5a.6.6 0 0 1 0-1l5.67-4.4a.6.6 0 0 1 .93.5Z",
  },
  stepForward: {
    stroke: "M11.8 3.2v9.6",
    fill: "M3 3.6v8.8a.6.6 0 0 0 .93.5L9.6 8.5a.6.6 0 0 0 0-1L3.93 3.1a.6.6 0 0 0-.93.5Z",
  },
  previousFinding: {
    stroke: "M5.2 4.2 1.6 8l3.6 3.8M10.2 3.2l4.3 8.6H5.9zM10.2 6.4v2.4",
    fill: "M9.6 9.8h1.2v1.1H9.6z",
  },
  nextFinding: { stroke: "M10.8 4.2 14.4 8l-3.6 3.8M5.8 3.2l4.3 8.6H1.5zM5.8 6.4v2.4", fill: "M5.2 9.8h1.2v1.1H5.2z" },
  resetZoom: { stroke: "M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3" },
  output: { stroke: "M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3" },
  chevron: { stroke: "M6 3.8 10.2 8 6 12.2" },
  grip: {
    fill: "M5.5 3h1.6v1.6H5.5zM8.9 3h1.6v1.6H8.9zM5.5 7.2h1.6v1.6H5.5zM8.9 7.2h1.6v1.6H8.9zM5.5 11.4h1.6V13H5.5zM8.9 11.4h1.6V13H8.9z",
  },
  more: { fill: "M3 6.8h2.2V9H3zM6.9 6.8h2.2V9H6.9zM10.8 6.8H13V9h-2.2z" },
  latest: { stroke: "M2.5 8h8M7.2 4.2 11 8l-3.8 3.8M13.5 3.5v9" },
  target: { stroke: "M8 2.2a5.8 5.8 0 1 0 0 11.6 5.8 5.8 0 0 0 0-11.6M8 5.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2" },
  copy: { stroke: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1" },
  diff: { stroke: "M2.5 2.5h5v11h-5zM8.5 2.5h5v11h-5zM4 6h2M10 6h2M11 5v2M4 10h2M10 10h2" },
  pin: { stroke: "M5.5 2h5M6.5 2v4.2L4 9.5h8L9.5 6.2V2M8 9.5V14" },
  restore: { stroke: "M2.8 8a5.2 5.2 0 1 0 1.9-4M8 5v3.4l2.2 1.4", fill: "M2.4 1.6v4.6H7z" },
} satisfies Record<string, Shape>;

export type IconName = keyof typeof SHAPES;

export function createIcon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 16 16",
    width: "16",
    height: "16",
    "aria-hidden": "true",
    class: `icon icon-${name}`,
  }))
    svg.setAttribute(key, value);
  const shape: Shape = SHAPES[name];
  if (shape.stroke !== undefined)
    svg.append(
      path(shape.stroke, {
        fill: "none",
        stroke: "currentColor",
        "stroke-width": "1.3",
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
      }),
    );
  if (shape.fill !== undefined) svg.append(path(shape.fill, { fill: "currentColor" }));
  return svg;
}

function path(d: string, attributes: Record<string, string>): SVGPathElement {
  const node = document.createElementNS(SVG, "path");
  for (const [key, value] of Object.entries({ d, ...attributes })) node.setAttribute(key, value);
  return node;
}
