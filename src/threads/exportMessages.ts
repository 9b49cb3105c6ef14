/** Messages to and from an export thread. Both ends are ours, so the types are trusted. */
import type { ExportForm, ProbeExportForm } from "../export/exportForms";
import type { ExperimentFiles } from "../config/facts/dataFiles";

export type ExportJob =
  /** The run of the file `runPath` into the folder `out`, which is made. */
  | {
      readonly kind: "export";
      readonly form: ExportForm;
      readonly runPath: string;
      /** Of the run. */
      readonly name: string;
      readonly files: ExperimentFiles;
      readonly out: string;
    }
  /** The same of a run that a probe has recorded. */
  | {
      readonly kind: "exportProbe";
      readonly form: ProbeExportForm;
      readonly runPath: string;
      readonly out: string;
    }
  /** The bundle in `folder`, checked; its run is written to the new file `to`, as the run `id`. */
  | { readonly kind: "import"; readonly folder: string; readonly id: string; readonly to: string };

export type ExportReport =
  | { readonly type: "done"; readonly files: readonly string[] }
  /** In words for a person. */
  | { readonly type: "failed"; readonly message: string };
