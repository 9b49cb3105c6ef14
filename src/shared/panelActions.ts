/** What the host can ask a view to do for its reader: the verbs of the scrubber and of the zoom. Each is a command too. */
export const TRAVEL_ACTIONS = ["playPause", "stepBack", "stepForward", "goToFirst", "goToLatest", "previousFinding", "nextFinding", "playFaster", "playSlower"] as const;
export type TravelAction = (typeof TRAVEL_ACTIONS)[number];

export const ZOOM_ACTIONS = ["zoomIn", "zoomOut", "resetZoom"] as const;
export type ZoomAction = (typeof ZOOM_ACTIONS)[number];

export const PANEL_ACTIONS = [...TRAVEL_ACTIONS, ...ZOOM_ACTIONS] as const;
export type PanelAction = (typeof PANEL_ACTIONS)[number];

export function isTravelAction(action: PanelAction): action is TravelAction {
  return TRAVEL_ACTIONS.some((name) => name === action);
}
