/** The transposed copy of the weights that the backward pass multiplies with; made once a training step. */
import { COLUMNS, ROW } from "./simd";

// @ts-ignore: decorator
@inline const HALF: usize = COLUMNS / 2;

/**
 * out[k/C][g][k%C] = w[g/C][k][g%C] for k in 0..C·panels, g in 0..C·gatePanels, with C columns in a panel.
 *
 * w: weight panels, `weightPanel` bytes apart, C·panels rows each. out: `outPanel` bytes apart; overlaps nothing.
 */
export function transposeWeights(
  w: usize,
  weightPanel: usize,
  gatePanels: u32,
  panels: u32,
  out: usize,
  outPanel: usize,
): void {
  for (let g: u32 = 0; g < gatePanels; g++) {
    let source = w + g * weightPanel;
    let target = out + g * COLUMNS * ROW;
    for (let k: u32 = 0; k < panels; k++) {
      transposeBlock(source, target);
      source += COLUMNS * ROW;
      target += outPanel;
    }
  }
}

/** [C][C], rows 32 bytes apart on both sides. */
// @ts-ignore: decorator
@inline
export function transposeBlock(source: usize, target: usize): void {
  transposeQuarter(source, target);
  transposeQuarter(source + 16, target + HALF * ROW);
  transposeQuarter(source + HALF * ROW, target + 16);
  transposeQuarter(source + HALF * ROW + 16, target + HALF * ROW + 16);
}

/** As many rows as a vector has lanes, 32 bytes apart on both sides. */
function transposeQuarter(source: usize, target: usize): void {
  const a = v128.load(source),
    b = v128.load(source, 32);
  if (HALF == 2) {
    v128.store(target, v128.shuffle<f64>(a, b, 0, 2));
    v128.store(target, v128.shuffle<f64>(a, b, 1, 3), 32);
    return;
  }
  const c = v128.load(source, 64),
    d = v128.load(source, 96);
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5),
    ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5),
    cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5));
  v128.store(target, v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7), 32);
  v128.store(target, v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5), 64);
  v128.store(target, v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7), 96);
}
