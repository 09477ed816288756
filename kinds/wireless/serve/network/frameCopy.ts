import type { Address } from "@wayleave/core/ids";
import type { RadioUplink } from "../../model/radio.ts";

/** A frame as one gateway heard it and one agent delivered it. */
export interface FrameCopy {
  readonly device: Address;
  /** The agent's number of the delivery: what its copy is bought by. */
  readonly sequence: number;
  readonly uplink: RadioUplink;
  /** When it reached us, on our monotonic clock. */
  readonly arrivedMs: number;
}
