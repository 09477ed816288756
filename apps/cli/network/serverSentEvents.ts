import { WayleaveError } from "@wayleave/core/errors";

/** One event with what it says of itself. */
export interface ServerSentEvent {
  /** Where to go on after it; null when the server names no place. */
  readonly id: string | null;
  readonly data: string;
}

/** An uplink with twenty gateways is some kB; a sender of more is not listened to. */
const EVENT_CHARS_MAX = 1024 * 1024;

/**
 * Reads `text/event-stream` until it ends. Comments (heartbeats) and unfinished events are passed over; hostile.
 * @throws WayleaveError `answer-too-large` when one event does not end.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent, void, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of body) {
    // A CR at the end may be half of a CRLF: it waits for the next part.
    const text = rest + decoder.decode(part, { stream: true });
    const complete = text.endsWith("\r") ? text.slice(0, -1) : text;
    const blocks = complete.replaceAll(/\r\n?/g, "\n").split("\n\n");
    rest = blocks.pop()! + text.slice(complete.length);
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== null) yield event;
    }
    if (rest.length > EVENT_CHARS_MAX) {
      throw new WayleaveError("answer-too-large", `An event has more than ${EVENT_CHARS_MAX} characters`, {
        maxChars: EVENT_CHARS_MAX,
      });
    }
  }
}

function eventOf(block: string): ServerSentEvent | null {
  let id: string | null = null;
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line)!;
    if (field === "id") id = value!;
    if (field === "data") data.push(value!);
  }
  return data.length === 0 ? null : { id, data: data.join("\n") };
}
