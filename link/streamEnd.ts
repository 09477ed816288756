import type { Http2Stream } from "node:http2";
import type { Writable } from "node:stream";

/** Whether the peer has ended its side of a stream: END_STREAM arrived, and so did everything before it. */
export interface EndMark {
  readonly arrived: boolean;
}

/**
 * Marks the arrival of END_STREAM. Node's "end" does not tell: it also follows a reset with NO_ERROR and the end of the
 * session, and for an exchange that is over before anybody reads, the stream is already destroyed when listeners hear it.
 * @param arrived - whether END_STREAM was there before; of a request just made it cannot have been.
 * @see RFC 9113 §5.1, §8.1
 */
export function markEnd(stream: Http2Stream, arrived = false): EndMark {
  const mark = { arrived };
  if (arrived) return mark;
  const push = stream.push;
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    // For any other reason than END_STREAM, Node closes the stream before it ends the reading side.
    if (chunk === null && !stream.closed && !stream.destroyed) mark.arrived = true;
    return push.call(stream, chunk, encoding);
  };
  return mark;
}

/**
 * Lets our side of a stream end only by `end()`. Node sends END_STREAM also before the reset of a stream that is closed
 * or destroyed in the middle of a body, and the peer would take half a body of unknown length for a whole one.
 */
export function endOnlyOnPurpose(stream: Http2Stream): void {
  stream._final = finalUnlessClosed;
}

function finalUnlessClosed(this: Writable, callback: (error?: Error | null) => void): void {
  const stream = this as Http2Stream;
  if (stream.closed) callback();
  else (Object.getPrototypeOf(stream) as Http2Stream)._final.call(stream, callback);
}
