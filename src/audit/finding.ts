/** Something in a log, and where. */
export interface Finding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

/** What was found in a log and its rotated files. */
export interface Verification {
  /** True when no record was changed, removed, inserted or moved, as far as can be known without a key. */
  readonly ok: boolean;
  readonly files: readonly string[];
  readonly records: number;
  readonly writers: number;
  /** Tampering, in the order of the log: the first is the first broken record. */
  readonly problems: readonly Finding[];
  /** What is no tampering: torn records, writers that did not end in order, files that are not here any more. */
  readonly notes: readonly Finding[];
}
