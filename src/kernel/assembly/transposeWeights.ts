/** The transposed copy of the weights that the backward pass multiplies with; made once a training step. */
import { ROW } from "./simd";

/**
 * out[k/8][g][k%8] = w[g/8][k][g%8] for k in 0..8·panels, g in 0..8·gatePanels.
 *
 * w: weight panels, `weightPanel` bytes apart, 8·panels rows each. out: `outPanel` bytes apart; overlaps nothing.
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
    let target = out + g * 8 * ROW;
    for (let k: u32 = 0; k < panels; k++) {
      transposeQuarter(source, target);
      transposeQuarter(source + 16, target + 4 * ROW);
      transposeQuarter(source + 4 * ROW, target + 16);
      transposeQuarter(source + 4 * ROW + 16, target + 4 * ROW + 16);
      source += 8 * ROW;
      target += outPanel;
    }
  }
}

/** Four rows of four lanes, 32 bytes apart on both sides. */
function transposeQuarter(source: usize, target: usize): void {
  const a = v128.load(source),
    b = v128.load(source, 32),
    c = v128.load(source, 64),
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
