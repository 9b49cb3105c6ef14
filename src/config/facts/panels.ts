/** Whole panels of C columns, see src/kernel/panelMatrix.ts. */
export function padded(columns: number, C: number): number {
  return C * Math.ceil(columns / C);
}
