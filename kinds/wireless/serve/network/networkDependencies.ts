import type { Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { UnixMs } from "@wayleave/core/time";
import type { DeviceProfile } from "../../model/device.ts";
import type { EventSink } from "../../model/events.ts";
import type { DeviceBook, DownlinkQueue, GatewayFleet, PacketPurse } from "../ports.ts";
import type { Timeline } from "./timeline.ts";

/** What a profile's decoder made of a payload. Never rejects: what went wrong is in `errors`. It has limits of its own. */
export type Decode = (
  profile: DeviceProfile,
  fPort: number,
  payload: Uint8Array,
  receivedAtMs: UnixMs,
) => Promise<{
  readonly object: unknown;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}>;

/** All that the network server asks of its surroundings. */
export interface NetworkDependencies {
  readonly book: DeviceBook;
  readonly queue: DownlinkQueue;
  readonly purse: PacketPurse;
  readonly fleet: GatewayFleet;
  readonly sink: EventSink;
  readonly timeline: Timeline;
  /** E_n of the running epoch: the copies that are bought are drawn by it. From memory. */
  readonly seedNow: () => Hash32;
  readonly decode: Decode;
  readonly log: Logger;
  /** Unique names of events. */
  readonly newId: () => string;
}
