import type { LorawanEvent } from "@wayleave/kind-wireless/model/events";
import { openStream } from "../network/httpJson.ts";
import type { NetworkFile } from "../network/networkFile.ts";
import { serverSentEvents } from "../network/serverSentEvents.ts";

/** Heartbeats come every 15 s: this long without a byte is a broken stream. */
const SILENCE_MAX_MS = 45_000;

export interface StreamedEvent {
  /** Its place in the log: where a new stream goes on. */
  readonly position: number;
  readonly event: LorawanEvent;
}

/**
 * The demo customer's LoRaWAN events as they happen, by server-sent events, until `signal` ends it.
 * @param after - goes on behind this position of the log, as a browser that reconnects does.
 * @throws WayleaveError as `openStream` does.
 */
export async function* eventStream(
  { endpoints, demo }: Pick<NetworkFile, "endpoints" | "demo">,
  { signal, after, query = "" }: { readonly signal: AbortSignal; readonly after: number; readonly query?: string },
): AsyncGenerator<StreamedEvent, void, void> {
  const url = `${endpoints.front}/v1/wireless/events/stream${query}`;
  const ask = { bearer: demo.apiKey, lastEventId: String(after), silenceMaxMs: SILENCE_MAX_MS, signal };
  try {
    for await (const { id, data } of serverSentEvents(await openStream(url, ask))) {
      yield { position: Number(id), event: JSON.parse(data) as LorawanEvent };
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
