import { setEnvironmentData } from "node:worker_threads";
import { BUNDLE_KEY, type LanguageBundle } from "./languageBundle";

/** Every thread that is started from now on speaks this language. */
export function setThreadLanguage(bundle: LanguageBundle): void {
  setEnvironmentData(BUNDLE_KEY, bundle);
}
