import { WayleaveError } from "@wayleave/core/errors";
import type { LinkPeer } from "@wayleave/link/types";
import { HEARTBEAT_MS, type UplinkFilter, UPLINKS_PATH } from "../../model/agentApi.ts";
import type { RadioUplink } from "../../model/radio.ts";
import { type StreamHeartbeat, UplinkStreamDecoder } from "../../model/uplinkStream.ts";

const OPEN_TIMEOUT_MS = 10_000;
/** Three heartbeats that did not come: the stream is dead though its link may not know it yet. */
const SILENCE_MAX_MS = 3 * HEARTBEAT_MS;

export interface StreamObserver {
  onBegin(bootId: string): void;
  onUplink(sequence: number, uplink: RadioUplink): void;
  onHeartbeat(heartbeat: StreamHeartbeat): void;
}

/**
 * Reads one agent's uplinks until the stream ends, whoever ends it.
 * @throws WayleaveError `uplink-stream-refused` or what the stream broke with; the abort's reason when `signal` ended it.
 */
export async function readUplinks(
  peer: LinkPeer,
  filter: UplinkFilter,
  observer: StreamObserver,
  signal: AbortSignal,
): Promise<void> {
  const reply = await peer.request({
    method: "POST",
    path: UPLINKS_PATH,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(filter)),
    timeoutMs: OPEN_TIMEOUT_MS,
    bodyIdleMs: SILENCE_MAX_MS,
    signal,
  });
  if (reply.status !== 200) {
    reply.body.resume();
    throw new WayleaveError("uplink-stream-refused", "The agent gives no uplinks", { status: reply.status });
  }
  const decoder = new UplinkStreamDecoder();
  for await (const chunk of reply.body as AsyncIterable<Uint8Array>) {
    for (const item of decoder.push(chunk)) {
      if (item.type === "begin") observer.onBegin(item.bootId);
      else if (item.type === "heartbeat") observer.onHeartbeat(item);
      else observer.onUplink(item.sequence, item.uplink);
    }
  }
}
