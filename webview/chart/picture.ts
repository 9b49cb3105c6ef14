/** A card as a picture to keep: its title, the values of its readout as a legend, and what it has drawn. */
import * as l10n from "@vscode/l10n";
import { Chart } from "chart.js";
import type { ReadoutItem, Swatch } from "./readout";
import type { Theme } from "../ui/theme";
import { SvgPen } from "../svg/svgPen";
import { drawWithPen } from "../svg/vectorChart";

export interface Picture {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly description: string;
  readonly readout: readonly ReadoutItem[];
  /** Sentences under the picture; may be empty. */
  readonly caption: string;
  /** Color scales, with the words at their ends. */
  readonly scales: readonly ColorScale[];
  /** From above to below, as on the page. */
  readonly canvases: readonly HTMLCanvasElement[];
  readonly theme: Theme;
}

interface ColorScale {
  readonly canvas: HTMLCanvasElement;
  readonly low: string;
  readonly high: string;
}

const MARGIN = 12;
const TITLE_SIZE = 14;
const TEXT_SIZE = 11;
const LINE = 18;
const SWATCH = 12;
const GAP = 5;
const SPACE = 14;
const MIN_WIDTH = 240;
/** Of the swatches that are lines. */
const LINE_DASHES: Readonly<Partial<Record<Swatch["kind"], readonly number[]>>> = {
  line: [],
  dash: [5, 3],
  dotted: [1.5, 3],
  thin: [],
};

type Pen = CanvasRenderingContext2D | SvgPen;

interface Placed {
  readonly canvas: HTMLCanvasElement;
  readonly width: number;
  readonly height: number;
}

export function toSvg(picture: Picture): string {
  const plan = planOf(picture);
  const pen = new SvgPen(picture.id, plan.width, plan.height, plan.measure);
  drawPicture(pen, picture, plan);
  return pen.toSvg(picture.title, picture.description);
}

/** As fine as the screen is. @throws Error when the browser cannot make one of this size */
export function toPng(picture: Picture): Promise<Blob> {
  const plan = planOf(picture);
  const canvas = document.createElement("canvas");
  const ratio = window.devicePixelRatio;
  canvas.width = Math.ceil(plan.width * ratio);
  canvas.height = Math.ceil(plan.height * ratio);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error(l10n.t("The image is too large to render."));
  context.scale(ratio, ratio);
  drawPicture(context, picture, plan);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error(l10n.t("The image is too large to render."))) : resolve(blob)),
      "image/png",
    ),
  );
}

interface Plan {
  readonly width: number;
  readonly height: number;
  readonly placed: readonly Placed[];
  readonly rows: readonly (readonly ReadoutItem[])[];
  readonly captionLines: readonly string[];
  readonly measure: CanvasRenderingContext2D;
}

function planOf({ canvases, readout, caption, scales, theme }: Picture): Plan {
  const measure = document.createElement("canvas").getContext("2d");
  const placed = canvases.map((canvas): Placed => {
    const chart = Chart.getChart(canvas);
    return { canvas, width: chart?.width ?? canvas.clientWidth, height: chart?.height ?? canvas.clientHeight };
  });
  if (measure === null || placed.every(({ width, height }) => width < 1 || height < 1))
    throw new Error(l10n.t("The chart has not been drawn yet. Open its section first."));
  const width = Math.ceil(Math.max(MIN_WIDTH, ...placed.map((part) => part.width)) + 2 * MARGIN);
  const rows: ReadoutItem[][] = [[]];
  let used = 0;
  for (const item of readout) {
    const wide = itemWidth(measure, item, theme) + SPACE;
    if (used + wide > width - 2 * MARGIN && used > 0) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(item);
    used += wide;
  }
  measure.font = fontOf(theme, TEXT_SIZE, false);
  const captionLines = wrapText(caption, width - 2 * MARGIN, (text) => measure.measureText(text).width);
  const height =
    2 * MARGIN +
    LINE +
    (rows.length + scales.length + captionLines.length) * LINE +
    placed.reduce((sum, part) => sum + part.height, 0);
  return { width, height, placed, rows, captionLines, measure };
}

function drawPicture(
  pen: Pen,
  { title, subtitle, scales, theme }: Picture,
  { width, height, placed, rows, captionLines, measure }: Plan,
): void {
  pen.fillStyle = theme.background;
  pen.fillRect(0, 0, width, height);
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  const write = (text: string, x: number, y: number, color: string, size: number, bold = false): number => {
    pen.font = fontOf(theme, size, bold);
    pen.fillStyle = color;
    pen.fillText(text, x, y);
    measure.font = pen.font;
    return measure.measureText(text).width;
  };
  let y = MARGIN + LINE / 2;
  const titleWidth = write(title, MARGIN, y, theme.foreground, TITLE_SIZE, true);
  write(subtitle, MARGIN + titleWidth + GAP * 2, y, theme.muted, TEXT_SIZE);
  for (const row of rows) {
    y += LINE;
    let x = MARGIN;
    for (const item of row) {
      if (item.swatch !== undefined) {
        drawSwatch(pen, item.swatch, x, y);
        x += SWATCH + GAP;
      }
      x += write(item.label, x, y, theme.muted, TEXT_SIZE) + GAP;
      if (item.value !== undefined) x += write(item.value, x, y, theme.foreground, TEXT_SIZE, true);
      x += SPACE;
    }
  }
  for (const { canvas, low, high } of scales) {
    y += LINE;
    const end = MARGIN + write(low, MARGIN, y, theme.muted, TEXT_SIZE) + GAP;
    pen.drawImage(canvas, end, y - canvas.height / 2, canvas.width, canvas.height);
    write(high, end + canvas.width + GAP, y, theme.muted, TEXT_SIZE);
  }
  y += LINE / 2;
  for (const part of placed) {
    pen.save();
    pen.translate(MARGIN, y);
    drawPart(pen, part);
    pen.restore();
    y += part.height;
  }
  for (const line of captionLines) {
    write(line, MARGIN, y + LINE / 2, theme.muted, TEXT_SIZE);
    y += LINE;
  }
}

/** Lines of words, each no wider than `width` where its words allow that. */
function wrapText(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((part) => part !== "")) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && measure(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function drawPart(pen: Pen, { canvas, width, height }: Placed): void {
  const chart = Chart.getChart(canvas);
  if (pen instanceof SvgPen && chart !== undefined) drawWithPen(chart, pen);
  else pen.drawImage(canvas, 0, 0, width, height);
}

function itemWidth(measure: CanvasRenderingContext2D, { label, value, swatch }: ReadoutItem, theme: Theme): number {
  const wide = (text: string, bold: boolean): number => {
    measure.font = fontOf(theme, TEXT_SIZE, bold);
    return measure.measureText(text).width;
  };
  return (
    (swatch === undefined ? 0 : SWATCH + GAP) + wide(label, false) + GAP + (value === undefined ? 0 : wide(value, true))
  );
}

function fontOf(theme: Theme, size: number, bold: boolean): string {
  return `${bold ? "bold " : ""}${size}px ${theme.fontFamily}`;
}

function drawSwatch(pen: Pen, { kind, color, dash: own }: Swatch, x: number, y: number): void {
  const middle = x + SWATCH / 2;
  pen.fillStyle = color;
  pen.strokeStyle = color;
  pen.lineWidth = 2;
  pen.beginPath();
  if (kind === "bar") return pen.fillRect(middle - 3, y - 5, 6, 10);
  const dash = own ?? LINE_DASHES[kind];
  if (dash !== undefined) {
    pen.setLineDash([...dash]);
    if (kind === "thin") pen.lineWidth = 1;
    pen.moveTo(x, y);
    pen.lineTo(x + SWATCH, y);
    pen.stroke();
    return pen.setLineDash([]);
  }
  if (kind === "diamond") {
    pen.moveTo(middle, y - 5);
    pen.lineTo(middle + 5, y);
    pen.lineTo(middle, y + 5);
    pen.lineTo(middle - 5, y);
    pen.closePath();
  } else pen.arc(middle, y, 4, 0, 2 * Math.PI);
  if (kind === "dot") pen.fill();
  else pen.stroke();
}
