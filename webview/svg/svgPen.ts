/**
 * A pen with the methods of a canvas that our charts use, which writes SVG. So a chart is drawn into a vector picture
 * by the same code that draws it on the screen. What a canvas copies from another canvas becomes an embedded image.
 */
type Transform = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

interface State {
  strokeStyle: string;
  fillStyle: string;
  lineWidth: number;
  lineJoin: string;
  lineCap: string;
  globalAlpha: number;
  font: string;
  textAlign: string;
  textBaseline: string;
  imageSmoothingEnabled: boolean;
  lineDashOffset: number;
  dash: readonly number[];
  transform: Transform;
  clipId: string | null;
}

const START: State = {
  strokeStyle: "#000000",
  fillStyle: "#000000",
  lineWidth: 1,
  lineJoin: "miter",
  lineCap: "butt",
  globalAlpha: 1,
  font: "10px sans-serif",
  textAlign: "start",
  textBaseline: "alphabetic",
  imageSmoothingEnabled: true,
  lineDashOffset: 0,
  dash: [],
  transform: [1, 0, 0, 1, 0, 0],
  clipId: null,
};

const ANCHOR: Readonly<Record<string, string>> = {
  left: "start",
  start: "start",
  center: "middle",
  right: "end",
  end: "end",
};
const BASELINE: Readonly<Record<string, string>> = {
  middle: "central",
  top: "text-before-edge",
  bottom: "text-after-edge",
};
/** Of a pixel: more digits are not seen. */
const DECIMALS = 2;

/** The commands of a path, in place of a `Path2D`, which cannot be read. */
export class SvgPath {
  d = "";

  moveTo(x: number, y: number): void {
    this.d += `M${num(x)} ${num(y)}`;
  }
  lineTo(x: number, y: number): void {
    this.d += `L${num(x)} ${num(y)}`;
  }
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.d += `C${num(x1)} ${num(y1)} ${num(x2)} ${num(y2)} ${num(x)} ${num(y)}`;
  }
  quadraticCurveTo(x1: number, y1: number, x: number, y: number): void {
    this.d += `Q${num(x1)} ${num(y1)} ${num(x)} ${num(y)}`;
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.d += `M${num(x)} ${num(y)}h${num(width)}v${num(height)}h${num(-width)}Z`;
  }
  roundRect(x: number, y: number, width: number, height: number, _radius?: unknown): void {
    this.rect(x, y, width, height);
  }
  arc(x: number, y: number, radius: number, start: number, end: number, counterclockwise = false): void {
    const turn = Math.abs(end - start);
    const at = (angle: number): string => `${num(x + radius * Math.cos(angle))} ${num(y + radius * Math.sin(angle))}`;
    const sweep = counterclockwise ? 0 : 1;
    this.d += `${this.d === "" || this.d.endsWith("Z") ? "M" : "L"}${at(start)}`;
    if (turn >= 2 * Math.PI - 1e-9)
      this.d += `A${num(radius)} ${num(radius)} 0 1 ${sweep} ${at(start + Math.PI)}A${num(radius)} ${num(radius)} 0 1 ${sweep} ${at(start)}Z`;
    else this.d += `A${num(radius)} ${num(radius)} 0 ${turn > Math.PI ? 1 : 0} ${sweep} ${at(end)}`;
  }
  closePath(): void {
    if (this.d !== "" && !this.d.endsWith("Z")) this.d += "Z";
  }
}

export class SvgPen implements State {
  strokeStyle = START.strokeStyle;
  fillStyle = START.fillStyle;
  lineWidth = START.lineWidth;
  lineJoin = START.lineJoin;
  lineCap = START.lineCap;
  globalAlpha = START.globalAlpha;
  font = START.font;
  textAlign = START.textAlign;
  textBaseline = START.textBaseline;
  imageSmoothingEnabled = START.imageSmoothingEnabled;
  lineDashOffset = START.lineDashOffset;
  dash: readonly number[] = [];
  transform: Transform = START.transform;
  clipId: string | null = null;
  private readonly saved: State[] = [];
  private readonly clips: string[] = [];
  private readonly body: string[] = [];
  private path = new SvgPath();

  constructor(
    /** Makes ids of its own, for more than one picture on a page. */
    private readonly name: string,
    private readonly width: number,
    private readonly height: number,
    private readonly measure: CanvasRenderingContext2D,
  ) {}

  toSvg(title: string, description: string): string {
    const clips = this.clips.length === 0 ? "" : `<defs>${this.clips.join("")}</defs>`;
    const size = `width="${num(this.width)}" height="${num(this.height)}" viewBox="0 0 ${num(this.width)} ${num(this.height)}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img"><title>${escapeXml(title)}</title><desc>${escapeXml(description)}</desc>${clips}${this.body.join("\n")}</svg>\n`;
  }

  save(): void {
    const {
      strokeStyle,
      fillStyle,
      lineWidth,
      lineJoin,
      lineCap,
      globalAlpha,
      font,
      textAlign,
      textBaseline,
      imageSmoothingEnabled,
      lineDashOffset,
      dash,
      transform,
      clipId,
    } = this;
    this.saved.push({
      strokeStyle,
      fillStyle,
      lineWidth,
      lineJoin,
      lineCap,
      globalAlpha,
      font,
      textAlign,
      textBaseline,
      imageSmoothingEnabled,
      lineDashOffset,
      dash,
      transform,
      clipId,
    });
  }
  restore(): void {
    Object.assign(this, this.saved.pop() ?? {});
  }
  resetTransform(): void {
    this.transform = START.transform;
  }
  translate(x: number, y: number): void {
    const [a, b, c, d, e, f] = this.transform;
    this.transform = [a, b, c, d, e + a * x + c * y, f + b * x + d * y];
  }
  /** @param angle in radians, clockwise */
  rotate(angle: number): void {
    const [a, b, c, d, e, f] = this.transform;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.transform = [a * cos + c * sin, b * cos + d * sin, c * cos - a * sin, d * cos - b * sin, e, f];
  }
  /** There is nothing under it. */
  clearRect(): void {}
  setLineDash(dash: readonly number[]): void {
    this.dash = dash;
  }

  beginPath(): void {
    this.path = new SvgPath();
  }
  moveTo(x: number, y: number): void {
    this.path.moveTo(x, y);
  }
  lineTo(x: number, y: number): void {
    this.path.lineTo(x, y);
  }
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.path.bezierCurveTo(x1, y1, x2, y2, x, y);
  }
  rect(x: number, y: number, width: number, height: number): void {
    this.path.rect(x, y, width, height);
  }
  roundRect(x: number, y: number, width: number, height: number): void {
    this.path.rect(x, y, width, height);
  }
  arc(x: number, y: number, radius: number, start: number, end: number, counterclockwise?: boolean): void {
    this.path.arc(x, y, radius, start, end, counterclockwise);
  }
  closePath(): void {
    this.path.closePath();
  }

  stroke(path: SvgPath = this.path): void {
    if (path.d === "") return;
    const dash =
      this.dash.length === 0
        ? ""
        : ` stroke-dasharray="${this.dash.map(num).join(" ")}"${this.lineDashOffset === 0 ? "" : ` stroke-dashoffset="${num(this.lineDashOffset)}"`}`;
    this.add(
      `<path d="${path.d}" fill="none" stroke="${escapeXml(this.strokeStyle)}" stroke-width="${num(this.lineWidth)}" stroke-linejoin="${this.lineJoin}" stroke-linecap="${this.lineCap}"${dash}`,
      "/>",
    );
  }
  fill(path: SvgPath | string = this.path): void {
    const { d } = path instanceof SvgPath ? path : this.path;
    if (d !== "") this.add(`<path d="${d}" fill="${escapeXml(this.fillStyle)}"`, "/>");
  }
  fillRect(x: number, y: number, width: number, height: number): void {
    this.add(
      `<rect x="${num(Math.min(x, x + width))}" y="${num(Math.min(y, y + height))}" width="${num(Math.abs(width))}" height="${num(Math.abs(height))}" fill="${escapeXml(this.fillStyle)}"`,
      "/>",
    );
  }
  strokeRect(x: number, y: number, width: number, height: number): void {
    const path = new SvgPath();
    path.rect(x, y, width, height);
    this.stroke(path);
  }
  /** Inside of what clipped before it too. */
  clip(): void {
    const id = `${this.name}-clip${this.clips.length}`;
    const outer = this.clipId === null ? "" : ` clip-path="url(#${this.clipId})"`;
    this.clips.push(`<clipPath id="${id}"${outer}><path d="${this.path.d}"${transformOf(this.transform)}/></clipPath>`);
    this.clipId = id;
  }

  /** @param outline attributes that draw a line around the letters */
  fillText(text: string, x: number, y: number, outline = ""): void {
    const size = /(\d+(?:\.\d+)?)px\s+([^]*)$/.exec(this.font);
    const weight = /bold|[5-9]00/.test(this.font) ? ' font-weight="600"' : "";
    const baseline = BASELINE[this.textBaseline];
    this.add(
      `<text x="${num(x)}" y="${num(y)}" fill="${escapeXml(this.fillStyle)}" font-size="${size?.[1] ?? "10"}" font-family="${escapeXml((size?.[2] ?? "sans-serif").replaceAll(/\s+/g, " ").trim())}"${weight} text-anchor="${ANCHOR[this.textAlign] ?? "start"}"${baseline === undefined ? "" : ` dominant-baseline="${baseline}"`}${outline}`,
      `>${escapeXml(text)}</text>`,
    );
  }
  /** In the middle of its height. A `halo` of 4 pixels keeps the letters apart from what they lie over. */
  writeLabel(
    text: string,
    x: number,
    y: number,
    align: "left" | "center" | "right",
    style: { readonly font: string; readonly color: string; readonly halo?: string },
  ): void {
    this.save();
    Object.assign(this, { font: style.font, fillStyle: style.color, textAlign: align, textBaseline: "middle" });
    const outline =
      style.halo === undefined
        ? ""
        : ` stroke="${escapeXml(style.halo)}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`;
    this.fillText(text, x, y, outline);
    this.restore();
  }
  measureText(text: string): TextMetrics {
    this.measure.font = this.font;
    return this.measure.measureText(text);
  }

  drawImage(source: HTMLCanvasElement, x: number, y: number, width: number, height: number): void {
    if (source.width === 0 || source.height === 0) return;
    this.add(
      `<image x="${num(x)}" y="${num(y)}" width="${num(width)}" height="${num(height)}" preserveAspectRatio="none"${this.imageSmoothingEnabled ? "" : ' style="image-rendering:pixelated"'} href="${source.toDataURL("image/png")}"`,
      "/>",
    );
  }

  private add(start: string, end: string): void {
    const alpha = this.globalAlpha === 1 ? "" : ` opacity="${num(this.globalAlpha)}"`;
    const drawn = `${start}${alpha}${transformOf(this.transform)}${end}`;
    // A group, because a clip is in the space of the picture and not of what is moved in it.
    this.body.push(this.clipId === null ? drawn : `<g clip-path="url(#${this.clipId})">${drawn}</g>`);
  }
}

function transformOf([a, b, c, d, e, f]: Transform): string {
  return a === 1 && b === 0 && c === 0 && d === 1 && e === 0 && f === 0
    ? ""
    : ` transform="matrix(${[a, b, c, d, e, f].map(num).join(" ")})"`;
}

function num(value: number): string {
  return String(Number(value.toFixed(DECIMALS)));
}

/** XML has no place at all for most control characters. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
