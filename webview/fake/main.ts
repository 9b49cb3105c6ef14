/**
 * The panel in a plain browser, for work on its looks and for its browser tests: a host in the page trains the real network.
 * Query: ?scenario=done&theme=dark&layout=wide (see scenarios.ts and themes.ts); &frozen lets nothing move.
 */
import "../language";
import "./themes.css";
import { installHost } from "./host";
import { applyFakeTheme, readThemeName } from "./themes";

const query = new URLSearchParams(location.search);
const root = document.getElementById("app");
if (root !== null) root.dataset["layout"] = query.get("layout") === "compact" ? "compact" : "wide";
document.body.classList.toggle("fake-side-bar", query.get("layout") === "compact");
applyFakeTheme(readThemeName(query.get("theme")));
installHost(query.get("scenario") ?? "done", query.has("frozen"));
// Evaluated after the host is installed: the page acquires its API at once.
void import("../main");
