import type { LorawanEvent } from "@wayleave/kind-wireless/model/events";
import { WayleaveError } from "@wayleave/core/errors";
import type { NetworkFile } from "../network/networkFile.ts";

/** Heartbeats come every 15 s: this long without a byte is a broken stream. */
const SILENCE_MS = 45_000;

export interface StreamedEvent {
  /** Its place in the log: where a new stream goes on. */
  readonly position: number;
  readonly event: LorawanEvent;
}

/**
 * A customer's LoRaWAN events as they happen, by server-sent events, until `signal` ends it.
 * @param after - goes on behind this position of the log, as a browser that reconnects does.
 * @throws WayleaveError `events-refused`; the stream's own failure.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function* eventStream(
  { endpoints, demo }: Pick<NetworkFile, "endpoints" | "demo">,
  options: { readonly signal: AbortSignal; readonly after?: number; readonly query?: string; readonly apiKey?: string },
): AsyncGenerator<StreamedEvent, void, void> {
  const { signal, after, query = "", apiKey = demo.apiKey } = options;
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const response = await fetch(`${endpoints.front}/v1/wireless/events/stream${query}`, {
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(after === undefined ? {} : { "last-event-id": String(after) }),
      },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || response.body === null) {
      throw new WayleaveError("events-refused", `The stream of events is refused with HTTP ${response.status}`, {
        status: response.status,
      });
    }
    let text = "";
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      const messages = `${text}${part}`.split("\n\n");
      text = messages.pop()!;
      for (const message of messages) {
        const streamed = parsed(message);
        if (streamed !== null) yield streamed;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Null: a comment, or advice about reconnecting. */
function parsed(message: string): StreamedEvent | null {
  const fields = new Map(
    message.split("\n").map((line): [string, string] => {
      const colon = line.indexOf(": ");
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
  const data = fields.get("data");
  return data === undefined ? null : { position: Number(fields.get("id")), event: JSON.parse(data) as LorawanEvent };
}
