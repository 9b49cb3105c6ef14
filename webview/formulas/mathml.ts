/**
 * Formulas as data, and as MathML, which screen readers read as mathematics. The same as one line of plain text for all
 * others.
 */
export type Notation =
  /** Letters, a number, an operator or a word. */
  | string
  | readonly Notation[]
  | { readonly over: readonly [top: Notation, bottom: Notation] }
  | { readonly sub: readonly [base: Notation, index: Notation] }
  | { readonly sup: readonly [base: Notation, exponent: Notation] }
  | { readonly both: readonly [base: Notation, index: Notation, exponent: Notation] }
  | { readonly root: Notation }
  /** A large operator with what runs under it. */
  | { readonly under: readonly [operator: Notation, below: Notation] };

export const sub = (base: Notation, index: Notation): Notation => ({ sub: [base, index] });
export const sup = (base: Notation, exponent: Notation): Notation => ({ sup: [base, exponent] });
export const over = (top: Notation, bottom: Notation): Notation => ({ over: [top, bottom] });
export const sumOver = (index: Notation): Notation => ({ under: ["∑", index] });

const MATHML = "http://www.w3.org/1998/Math/MathML";
const NUMBER = /^[\d.]+$/;
const LETTERS = /^\p{L}[\p{L}\p{M}′]*$/u;

export function toMathMl(math: Notation): Element {
  const root = node("math", [render(math)]);
  root.setAttribute("display", "block");
  root.setAttribute("alttext", toText(math));
  return root;
}

function render(math: Notation): Element {
  if (typeof math === "string") return leaf(math);
  if ("over" in math) return node("mfrac", math.over.map(render));
  if ("sub" in math) return node("msub", math.sub.map(render));
  if ("sup" in math) return node("msup", math.sup.map(render));
  if ("both" in math) return node("msubsup", math.both.map(render));
  if ("root" in math) return node("msqrt", [render(math.root)]);
  if ("under" in math) return node("munder", math.under.map(render));
  return node("mrow", math.map(render));
}

function leaf(text: string): Element {
  const name = NUMBER.test(text) ? "mn" : LETTERS.test(text) ? "mi" : text.includes(" ") ? "mtext" : "mo";
  const element = document.createElementNS(MATHML, name);
  element.textContent = text;
  // The norm's bars and the brackets belong to what they hold.
  if (name === "mo" && /^[|()[\]]$/.test(text)) element.setAttribute("stretchy", "false");
  return element;
}

function node(name: string, children: readonly Element[]): Element {
  const element = document.createElementNS(MATHML, name);
  element.append(...children);
  return element;
}

export function toText(math: Notation): string {
  if (typeof math === "string") return /^[=+−≈≤≥<·×]$/.test(math) ? ` ${math} ` : math;
  if ("over" in math) return `${group(math.over[0])}/${group(math.over[1])}`;
  if ("sub" in math) return `${toText(math.sub[0])}_${group(math.sub[1])}`;
  if ("sup" in math) return `${toText(math.sup[0])}^${group(math.sup[1])}`;
  if ("both" in math) return `${toText(math.both[0])}_${group(math.both[1])}^${group(math.both[2])}`;
  if ("root" in math) return `√${group(math.root)}`;
  if ("under" in math) return `${toText(math.under[0])}_${group(math.under[1])} `;
  return math.map(toText).join("");
}

function group(math: Notation): string {
  const text = toText(math);
  return text.length === 1 || /^[\p{L}\d]+$/u.test(text) ? text : `(${text})`;
}
