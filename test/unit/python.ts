import type { findPythonPackage } from "../../scripts/python.mjs";

/** @returns the title of tests that need a Python package: with its version, or with the reason why they are not run */
export function titleWith(title: string, found: ReturnType<typeof findPythonPackage>): string {
  return found.missing === null ? `${title} ${found.version}` : `${title} (not run: ${found.missing})`;
}
