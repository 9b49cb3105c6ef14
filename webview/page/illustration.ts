/**
 * A network unrolled in time, as a drawing: inputs from below, states to the right, the gradient back to the left and
 * fading.
 */
const SVG = "http://www.w3.org/2000/svg";
const STEPS = 5;
const GAP = 56;
const LEFT = 28;
/** Heights of the arcs' feet, the states and the inputs. */
const ROW = { arc: 44, state: 58, input: 100 } as const;
const RADIUS = 12;

export function createIllustration(): SVGSVGElement {
  const svg = create("svg", {
    class: "illustration",
    viewBox: `0 0 ${LEFT * 2 + GAP * (STEPS - 1)} 116`,
    "aria-hidden": "true",
  });
  for (let t = 0; t < STEPS; t++) {
    const x = LEFT + GAP * t;
    svg.append(
      create("path", {
        class: "illustration-flow",
        d: `M${x} ${ROW.input - 7}V${ROW.state + RADIUS + 4}${arrowHead(x, ROW.state + RADIUS + 4, "up")}`,
      }),
    );
    svg.append(
      create("rect", {
        class: "illustration-input",
        x: String(x - 6),
        y: String(ROW.input - 6),
        width: "12",
        height: "12",
        rx: "3",
      }),
    );
    svg.append(
      create("circle", { class: "illustration-state", cx: String(x), cy: String(ROW.state), r: String(RADIUS) }),
    );
    if (t === 0) continue;
    const end = x - RADIUS - 4;
    svg.append(
      create("path", {
        class: "illustration-flow",
        d: `M${x - GAP + RADIUS + 4} ${ROW.state}H${end}${arrowHead(end, ROW.state, "right")}`,
      }),
    );
    const back = x - GAP;
    const arc = create("path", {
      class: "illustration-gradient",
      d: `M${x - 3} ${ROW.arc}C${x - 8} 18 ${back + 8} 18 ${back + 3} ${ROW.arc}m-1 -6l1 6l5.4 -3.4`,
    });
    // It halves at every step back.
    arc.style.opacity = String(Math.max(0.18, 0.5 ** (STEPS - 1 - t)));
    svg.append(arc);
  }
  return svg;
}

function arrowHead(x: number, y: number, towards: "up" | "right"): string {
  return towards === "up"
    ? `M${x - 3.5} ${y + 4}L${x} ${y}L${x + 3.5} ${y + 4}`
    : `M${x - 4} ${y - 3.5}L${x} ${y}L${x - 4} ${y + 3.5}`;
}

function create<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[K] {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
