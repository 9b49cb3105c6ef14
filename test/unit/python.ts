import type { findPythonPackage } from "../../scripts/python.mjs";

/** The end of the title of tests that need a Python package: its version, or why they are not run. */
export function versionOf(found: ReturnType<typeof findPythonPackage>): string {
  return found.missing === null ? found.version : `(not run: ${found.missing})`;
}
