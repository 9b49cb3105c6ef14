import { readProbeFile } from "./probeFile";
import { accuracyScalar, lossScalar, validationLossScalar } from "../shared/trace/scalarRoles";
import { COLUMN, OPTIONAL_COLUMN } from "../shared/trace/trace";

/** Columns of equal length. */
export type NamedColumns = readonly (readonly [name: string, values: Float64Array<ArrayBuffer>])[];

/**
 * The scalars of a probe's file that comparisons show, under the names that the lab's own runs have for them.
 * @throws as readProbeFile
 */
export function probeCurves(path: string): NamedColumns {
  const { scalars } = readProbeFile(path);
  return curvesOf(scalars);
}

/** @param scalars by the names that somebody gave them, `iteration` first */
export function curvesOf(scalars: ReadonlyMap<string, Float64Array<ArrayBuffer>>): NamedColumns {
  const names = [...scalars.keys()];
  const roles = [
    [COLUMN.iteration, COLUMN.iteration],
    [COLUMN.loss, lossScalar(names)],
    [OPTIONAL_COLUMN.validationLoss, validationLossScalar(names)],
    [OPTIONAL_COLUMN.accuracy, accuracyScalar(names)],
  ] as const;
  return roles.flatMap(([role, name]) => {
    const values = scalars.get(name ?? "");
    return values === undefined ? [] : [[role, values] as const];
  });
}
