const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** Decimal units, as disks and file managers state them: "340 MB", "1.2 GB". */
export function formatFileSize(bytes: number): string {
  let size = bytes / 1000;
  let unit = 0;
  for (; Number(size.toPrecision(2)) >= 1000 && unit < UNITS.length - 1; unit++) size /= 1000;
  const shown = size < 10 ? String(Number(size.toFixed(1))) : Math.round(size).toLocaleString("en-US");
  return `${shown} ${UNITS[unit]}`;
}
