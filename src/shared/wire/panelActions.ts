/**
 * What the host can ask a view to do for its reader: the verbs of the scrubber, of the zoom, of the layout and of the
 * axes. Commands do the same.
 */
const TRAVEL_ACTIONS = [
  "playPause",
  "stepBack",
  "stepForward",
  "goToFirst",
  "goToLatest",
  "previousFinding",
  "nextFinding",
  "playFaster",
  "playSlower",
] as const;
export type TravelAction = (typeof TRAVEL_ACTIONS)[number];

const ZOOM_ACTIONS = ["zoomIn", "zoomOut", "resetZoom"] as const;

const LAYOUT_ACTIONS = ["unfoldAll", "foldAll", "resetLayout"] as const;
export type LayoutAction = (typeof LAYOUT_ACTIONS)[number];

/** What the button of a section starts, by the id of its card. Only the panel has these sections. */
export const ANALYSIS_ACTIONS = {
  findFixedPoints: "fixed-points",
  computeJacobians: "jacobians",
  computeLyapunovExponents: "lyapunov",
  computeSharpness: "sharpness",
  analyzeMemory: "memory",
  computePsychometricCurve: "psychometric",
} as const;
export type AnalysisAction = keyof typeof ANALYSIS_ACTIONS;
const ANALYSIS_ACTION_NAMES = Object.keys(ANALYSIS_ACTIONS) as AnalysisAction[];

/** Each is a command. */
export const COMMAND_ACTIONS = [...TRAVEL_ACTIONS, ...ZOOM_ACTIONS, ...LAYOUT_ACTIONS] as const;

/** One command offers them all. */
export const AXES_ACTIONS = [
  "logLossAxis",
  "linearLossAxis",
  "iterationAxis",
  "epochAxis",
  "timeAxis",
  "allIterations",
  "recentIterations",
  "afterSpike",
  "moreSmoothing",
  "lessSmoothing",
  "noSmoothing",
] as const;
export type AxesAction = (typeof AXES_ACTIONS)[number];

export const PANEL_ACTIONS = [...COMMAND_ACTIONS, ...AXES_ACTIONS, ...ANALYSIS_ACTION_NAMES] as const;
export type PanelAction = (typeof PANEL_ACTIONS)[number];

export function isTravelAction(action: PanelAction): action is TravelAction {
  return TRAVEL_ACTIONS.some((name) => name === action);
}

export function isAxesAction(action: PanelAction): action is AxesAction {
  return AXES_ACTIONS.some((name) => name === action);
}

export function isLayoutAction(action: PanelAction): action is LayoutAction {
  return LAYOUT_ACTIONS.some((name) => name === action);
}

export function isAnalysisAction(action: PanelAction): action is AnalysisAction {
  return Object.hasOwn(ANALYSIS_ACTIONS, action);
}
