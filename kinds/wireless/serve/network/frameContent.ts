import type { DeviceSession, LorawanDevice } from "../../model/device.ts";
import type { DataFrame } from "../../model/lorawan/frame.ts";
import type { FrameCopy } from "./frameCopy.ts";
import type { GatheredFrame } from "./deduplicator.ts";

/** A data frame whose MIC was right. */
export interface DataContent {
  readonly kind: "data";
  readonly device: LorawanDevice;
  readonly session: DeviceSession;
  readonly frame: DataFrame;
  readonly fCnt: number;
  readonly cryptoFCnt: number;
  /** It was accepted before, and is sent again: at most its acknowledgement is. */
  repeat: boolean;
}

/** A join request whose MIC was right. */
export interface JoinContent {
  readonly kind: "join";
  readonly device: LorawanDevice;
  readonly devNonce: number;
}

/** Decided and told; nothing that is heard of it changes anything. What is left says whose it was. */
export interface SettledContent {
  readonly kind: "settled";
  readonly device: LorawanDevice;
  /** Of a data frame; null: a join request. */
  readonly fCnt: number | null;
}

export type FrameContent = DataContent | JoinContent | SettledContent;
export type Gathered = GatheredFrame<FrameContent>;

/** Copies that a device of the region can have sent, and what most of them say of the radio. */
export interface AgreedCopies {
  readonly copies: readonly FrameCopy[];
  /** One copy that says what most say. */
  readonly typical: FrameCopy;
  readonly dataRate: number;
  readonly bestSnrDb: number;
}
