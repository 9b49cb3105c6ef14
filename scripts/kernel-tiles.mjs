// @ts-check
/**
 * Writes the register tiles of the kernel (src/kernel/assembly): the inner loops of its products, unrolled for the
 * shapes that suit a vector width. Nothing else in the kernel is unrolled.
 *
 * V8's re-vectorizer joins two 128-bit operations into one of 256 bits. It starts from two stores to the same address
 * with constant offsets 16 bytes apart, takes fewer instructions when the upper half is stored first, and follows the
 * operands from there. That is why stores go down, and why addresses are written as constant offsets.
 */

/** Bytes of a row of a panel, which is two vectors. */
const ROW = 32;
const HALVES = [0, 1];

/** @param {number} count */
const range = (count) => Array.from({ length: count }, (_, index) => index);

/**
 * What belongs to the second panel of a tile has a name of its own.
 * @param {number} panel @param {string} name
 */
const of = (panel, name) => (panel === 0 ? name : `${name}Second`);

/** @param {string} address @param {number} offset */
const at = (address, offset) => (offset === 0 ? address : `${address}, ${offset}`);

/**
 * Of an element of a row, whose size is known to the compiler only.
 * @param {string} address @param {number} row @param {number} column
 */
const element = (address, row, column) =>
  column === 0 ? at(address, ROW * row) : `${address}, ${ROW * row} + ${column} * BYTES`;

/** @param {number} row @param {number} vector */
const sum = (row, vector) => `c${row}${vector}`;

/**
 * Accumulators of a row of a tile, from memory.
 * @param {number} row @param {number} panels @param {string} source @param {number} offset
 */
const loadSums = (row, panels, source, offset) =>
  range(panels)
    .map((panel) => {
      const halves = HALVES.map(
        (half) => `${sum(row, 2 * panel + half)} = v128.load(${at(of(panel, source), offset + 16 * half)})`,
      );
      return `let ${halves.join(", ")};`;
    })
    .join(" ");

/**
 * All accumulators to memory, the last rows and the upper halves first.
 * @param {number} rows @param {number} panels @param {string} target
 */
const storeSums = (rows, panels, target) =>
  range(rows)
    .toReversed()
    .map((row) =>
      range(panels)
        .flatMap((panel) =>
          HALVES.toReversed().map((half) => {
            const value = sum(row, 2 * panel + half);
            const offset = ROW * row + 16 * half;
            return `v128.store(${of(panel, target)}, ${value}${offset === 0 ? "" : `, ${offset}`});`;
          }),
        )
        .join(" "),
    )
    .join("\n");

/**
 * One row of the right operands, and each left element, splatted, times it.
 * @param {number} panels @param {string} right @param {number} offset of the row @param {readonly string[]} left
 * addresses of the elements
 */
const multiplyRow = (panels, right, offset, left) => {
  const vectors = range(2 * panels);
  const loads = vectors.map((vector) => {
    const address = of(vector >> 1, right);
    return `w${vector} = v128.load(${at(address, offset + 16 * (vector & 1))});`;
  });
  const products = left.map((address, row) => {
    const sums = vectors.map((vector) => `${sum(row, vector)} = multiplyAdd(s, w${vector}, ${sum(row, vector)});`);
    return `s = v128.load_splat<real>(${address}); ${sums.join(" ")}`;
  });
  return [loads.join(" "), ...products].join("\n");
};

/** @param {readonly string[]} names @param {string} rows */
const advance = (names, rows) => names.map((name) => `${name} += ${rows} * ROW;`).join(" ");

/** @param {number} panels */
const registers = (panels) =>
  `let s: v128, ${range(2 * panels)
    .map((vector) => `w${vector}: v128`)
    .join(", ")};`;

/** @param {readonly string[]} names */
const addresses = (names) => names.map((name) => `${name}: usize`).join(", ");

/**
 * `rows` rows of one panel or of two: for each row of the left operand its element, splatted, times a row of weights.
 * @param {number} rows @param {number} panels
 */
function productTile(rows, panels) {
  /** @param {string} name */
  const both = (name) => range(panels).map((panel) => of(panel, name));
  /** @param {readonly number[]} columns */
  const multiply = (columns) =>
    columns
      .map((column) => {
        const left = range(rows).map((row) => element("a", row, column));
        return multiplyRow(panels, "weights", ROW * column, left);
      })
      .join("\n");
  const starts = range(rows).map(
    (row) =>
      `${loadSums(row, panels, "init", 0)} ${both("init")
        .map((name) => `${name} += initStep;`)
        .join(" ")}`,
  );
  const left = "x: usize, xStride: usize, xQuads: u32, h: usize, hStride: usize, hPanels: u32";
  return `
export function product${rows}x${panels}(
  ${left}, ${addresses([...both("w"), ...both("init"), "initStep", ...both("c")])}, tiles: u32
): void {
  for (; tiles != 0; tiles--) {
${starts.join("\n")}
${registers(panels)}
let ${range(panels)
    .map((panel) => `${of(panel, "weights")} = ${of(panel, "w")}`)
    .join(", ")};
    let a = x, move: usize = 16;
    for (let quads = xQuads; quads != 0; quads--) {
${multiply([0, 1, 2, 3])}
${advance(both("weights"), "4")}
      if (QUADS == 1) {
        a += xStride;
      } else {
        a += move;
        move = xStride - move;
      }
    }
    a = h;
    for (let panels = hPanels; panels != 0; panels--) {
${multiply([0, 1, 2, 3])}
if (QUADS == 2) {
${multiply([4, 5, 6, 7])}
}
${advance(both("weights"), "COLUMNS")}
      a += hStride;
    }
${storeSums(rows, panels, "c")}
${advance(["x", "h", ...both("c")], String(rows))}
  }
}
`;
}

/**
 * `columns` rows of dW, for one panel of gate gradients or two: over all rows, an element of the left operand,
 * splatted, times a row of gradients. Six columns come from three addresses of two each, as they may lie in two panels.
 * @param {number} columns @param {number} panels
 */
function gradientTile(columns, panels) {
  /** @param {string} name */
  const both = (name) => range(panels).map((panel) => of(panel, name));
  const left = columns === 6 ? ["a", "b", "d"] : ["a"];
  /** @param {number} row */
  const multiply = (row) =>
    multiplyRow(
      panels,
      "g",
      ROW * row,
      range(columns).map((column) =>
        left.length === 1 ? element("a", row, column) : element(left[column >> 1] ?? "", row, column & 1),
      ),
    );
  return `
export function gradient${columns}x${panels}(${addresses([...left, ...both("g"), ...both("dw")])}, rows: u32): void {
${range(columns)
  .map((column) => loadSums(column, panels, "dw", ROW * column))
  .join("\n")}
${registers(panels)}
  for (let fours = rows >> 2; fours != 0; fours--) {
${range(4).map(multiply).join("\n")}
${advance([...left, ...both("g")], "4")}
  }
  for (let rest = rows & 3; rest != 0; rest--) {
${multiply(0)}
${advance([...left, ...both("g")], "1")}
  }
${storeSums(columns, panels, "dw")}
}
`;
}

/** @param {string} names */
const head = (names) => `// Generated by scripts/kernel-tiles.mjs.
import { ${names} } from "./simd";
`;

/** By file name. @returns {Readonly<Record<string, string>>} */
export function tileSources() {
  const products = [productTile(6, 1), productTile(4, 1), productTile(6, 2), productTile(5, 2), productTile(4, 2)];
  const gradients = [gradientTile(6, 1), gradientTile(4, 1), gradientTile(6, 2), gradientTile(4, 2)];
  return {
    "productTiles.generated.ts": head("BYTES, COLUMNS, multiplyAdd, QUADS, ROW") + products.join(""),
    "gradientTiles.generated.ts": head("BYTES, multiplyAdd, ROW") + gradients.join(""),
  };
}
