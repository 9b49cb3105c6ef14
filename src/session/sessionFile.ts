import type { Experiment } from "../config/schema/schema";
import type { TextError } from "../shared/wire/liveEdit";

/** The file as it is now, which may differ from what the run was started with. */
export interface SessionFile {
  readonly uri: string;
  readonly fileName: string;
  /** `name` of the experiment, else the file name. */
  readonly name: string;
  /** Null while the text is no valid experiment. */
  readonly configHash: string | null;
  /** What the text says; left out when it is not known. */
  readonly experiment?: Experiment;
  /** Why it is no valid experiment; left out when it is one. */
  readonly error?: TextError;
}
