/**
 * What one part of a front adds to the front's snapshots, which lie encrypted on storage devices, and how it gets it back
 * after the front's database was lost. Whoever ships the lines does not look into them.
 */
export interface SnapshotPart {
  /** Names its lines in snapshots: never changes. Lower case and hyphens. */
  readonly name: string;
  /** whole: all of it, as it is now. changes: at least what changed since what was kept last. One take at a time. */
  take(scope: "whole" | "changes"): SnapshotTake;
  /** Whether its changes are not known any more, because too many waited to be kept. */
  readonly needsWhole?: () => Promise<boolean>;
}

export interface SnapshotTake {
  /**
   * Lines of text, each a few KiB; read at most once, and not always to the end. In an order in which they can be put
   * back. None when nothing changed.
   */
  readonly lines: AsyncIterable<string>;
  /** Devices hold them all. Not called when they do not: the same then has to come again. */
  kept(): Promise<void>;
}

/** The other side of a {@link SnapshotPart} of the same name. */
export interface SnapshotRestorer {
  readonly name: string;
  /** Lines in the order in which they were taken, a whole first; of the changes after it some may be missing. */
  restore(lines: readonly string[]): Promise<void>;
  /**
   * All that was found was given. Nothing is served before. Restoring may fail after it, and is then done again from the
   * beginning. @returns what came back, for whoever recovers.
   */
  finish(): Promise<Readonly<Record<string, number>>>;
}
