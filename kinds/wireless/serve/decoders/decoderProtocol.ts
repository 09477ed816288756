/** What the pool and its worker say to each other. */

/** Of one call. Decoders of real devices take well under a millisecond. */
export interface DecoderLimits {
  /** Of processor time of the worker, in the interpreter. */
  readonly cpuMs: number;
  /** Of real time, for what the interpreter cannot interrupt; the worker is then killed. */
  readonly wallMs: number;
  /** Of each profile's interpreter: its code's data, stack, source and garbage included. Whole pages of 64 KiB. */
  readonly memoryBytes: number;
  readonly stackBytes: number;
  /** Of the result as JSON. */
  readonly resultChars: number;
}
export const DECODER_LIMITS: DecoderLimits = {
  cpuMs: 20,
  wallMs: 250,
  memoryBytes: 16 * 1024 * 1024,
  stackBytes: 192 * 1024,
  resultChars: 16 * 1024,
};

export type DecoderInput =
  | { readonly direction: "up"; readonly fPort: number; readonly bytes: Uint8Array; readonly recvTimeMs: number }
  | { readonly direction: "down"; readonly fPort: number; readonly json: string };

export type ToWorker =
  | { readonly do: "load"; readonly key: number; readonly source: string }
  | { readonly do: "forget"; readonly key: number }
  | { readonly do: "call"; readonly id: number; readonly key: number; readonly input: DecoderInput };

export interface DecoderFault {
  readonly code: string;
  readonly message: string;
}
/** `json` is the script's own result, hostile still. */
export type CallResult = { readonly json: string } | { readonly fault: DecoderFault };
export type FromWorker = { readonly ready: true } | { readonly id: number; readonly result: CallResult };

/** In the shared memory: the call that runs now, 0 for none. */
export const RUNNING_SLOT = 0;
