import type { Logger } from "@wayleave/core/kind";

/** Where nothing is logged. */
export const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
