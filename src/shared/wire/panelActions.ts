/**
 * What the host can ask a view to do for its reader: the verbs of the scrubber, of the zoom and of the layout. Each is
 * a command too.
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

export const PANEL_ACTIONS = [...TRAVEL_ACTIONS, ...ZOOM_ACTIONS, ...LAYOUT_ACTIONS] as const;
export type PanelAction = (typeof PANEL_ACTIONS)[number];

export function isTravelAction(action: PanelAction): action is TravelAction {
  return TRAVEL_ACTIONS.some((name) => name === action);
}

export function isLayoutAction(action: PanelAction): action is LayoutAction {
  return LAYOUT_ACTIONS.some((name) => name === action);
}
