/**
 * Text of a frame's few bytes. Arrays of up to 64 bytes live in V8's own heap until somebody asks for their `buffer`, as
 * `Buffer.from(bytes.buffer, …)` does: then each gets memory of its own outside, and the collector something to track.
 */
interface Slices {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  base64Slice(this: Uint8Array, start: number, end: number): string;
}
const { latin1Slice, base64Slice } = Buffer.prototype as unknown as Slices;

/** One character a byte: a map's key. */
export function latin1Of(bytes: Uint8Array): string {
  return latin1Slice.call(bytes, 0, bytes.byteLength);
}

export function base64Of(bytes: Uint8Array): string {
  return base64Slice.call(bytes, 0, bytes.byteLength);
}
