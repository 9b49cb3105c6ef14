import { COLUMNS } from "./simd";

/**
 * Where one layer's matrices lie. The TypeScript side writes the fields, all u32, in this order.
 *
 * Rows of `x`, `gates` are t·B + b for the time step t; rows of `states`, `cells`, `dStates` are (t + 1)·B + b, so that
 * rows 0 to B-1 hold the initial state. G is the number of gate columns, H the padded hidden size. All are panel
 * matrices (see simd.ts).
 */
@unmanaged
export class LayerPlan {
  batch: u32;
  timeSteps: u32;
  /** H / C. */
  hiddenPanels: u32;
  /** Columns of the last of them that are hidden units; the rest of it is padding. */
  lastColumns: u32;
  /** 0 identity, 1 tanh, 2 relu, of a leaky layer 3 softplus, 4 retanh, 5 power; read by these layers only. */
  activation: u32;
  /** No gradient goes from step t to t-1 where T - t is a multiple of this, t from 0; 0: it always goes. */
  truncate: u32;
  /** 1 where the initial states are zero and the weights finite: their products are left out. */
  zeroStart: u32;

  /** [T·B, 4·xQuads]: the data, or the states of the layer below from its row B on. */
  x: u32;
  xStride: u32;
  xQuads: u32;
  /** [(T+1)·B, H] h_t. */
  states: u32;
  /** [(T+1)·B, H] c_t, and tanh(c_t) in the rows of c_t; LSTM. Leaky layer of the form current: v_t in `cells`. */
  cells: u32;
  tanhCells: u32;
  /** Panel stride of states, cells, tanhCells and dStates. */
  statesStride: u32;
  /** [T·B, G] gates after their activation; GRU: r, z, n and the hidden part of n. */
  gates: u32;
  gatesStride: u32;

  /** [G/C][4·xQuads + H][C]. */
  weights: u32;
  /** [G] what the gates start from. */
  bias: u32;

  /** [(T+1)·B, H] dL/dh_t; holds what comes from above before the backward pass and all of it afterwards. */
  dStates: u32;
  /**
   * [B, H] dL/dc_t of the current time step, zero before the backward pass; LSTM. GRU, leaky layer: receives what
   * truncation drops; of the form current what the leak passes on.
   */
  dCells: u32;
  dCellsStride: u32;
  /** [chunkSteps·B, G] dL/d(pre-activation) of one chunk of time steps. */
  dGates: u32;
  dGatesStride: u32;
  chunkSteps: u32;
  /** W_hhᵀ as [H/C][hidden gate columns][C], W_ihᵀ likewise as [4·xQuads/C][...]. */
  hiddenTransposed: u32;
  inputTransposed: u32;
  /** [T·B, 4·xQuads] dL/dx, accumulated; 0 where nobody needs it. */
  dInput: u32;
  dInputStride: u32;
  /** Layout of weights; accumulated. 0: only the gradients of the states are wanted. */
  dWeights: u32;
  /** [G] gradient of the input bias and of the hidden bias; accumulated. */
  dInputBias: u32;
  dHiddenBias: u32;

  // Of a leaky layer, see ctrnnCell.ts.
  /** 0 rate, 1 current, 2 leak-inside. Of an lstm 1 with a coupled input gate. */
  form: u32;
  /** [H] α of each unit. */
  alphas: u32;
  /** [T·B, H] what is added to the sums, panel stride of the gates; 0 where there is none. */
  noise: u32;
  /** [H] gradient of the units' leaks, accumulated; 0 where they have none. */
  dLeak: u32;

  // Of sLSTM, see slstmCell.ts.
  /** [(T+1)·B, H] n_t and m_t, panel stride of the states. */
  normalizers: u32;
  stabilizers: u32;
  /** [B, H] gradient of m + ln n of the current time step, panel stride of dCells, which hold that of c / n. */
  dWeightLogs: u32;

  // Of an lstm with options, see lstmVariantLayer.ts. G here is without what is kept beside the gates.
  /** [G - H] of i (unless coupled), f and o, and their gradients, accumulated; 0 where there are none. */
  peepholes: u32;
  dPeepholes: u32;
  /** [2·G + H] the gains of the products with x, of those with h, and of c; 0 without layer normalization. */
  gains: u32;
  dGains: u32;
  /** [H] what is added to the normalized c. */
  cellBias: u32;
  dCellBias: u32;

  /** Hidden units without padding. */
  @inline
  hiddenUnits(): u32 {
    return (this.hiddenPanels - 1) * COLUMNS + this.lastColumns;
  }

  /** Whether panel `unit` of the hidden units has padding columns. */
  @inline
  isPadded(unit: u32): bool {
    return this.lastColumns != COLUMNS && unit + 1 == this.hiddenPanels;
  }

  /** Panels of h_{t-1} that are not all zero. */
  @inline
  statePanels(t: u32): u32 {
    return t == 0 && this.zeroStart ? 0 : this.hiddenPanels;
  }

  /** Whether the gradient of step t stops there. */
  @inline
  cutsBefore(t: u32): bool {
    return this.truncate != 0 && t != 0 && (this.timeSteps - t) % this.truncate == 0;
  }
}
