import { PUSH_DATA, TX_ACK, upstream } from "@wayleave/testbed/radio/forwarderDatagrams";

/** Digits of hex; whoever sends hostile datagrams may name any EUI. */
export const HOSTILE_EUI = "02bad0000000bad1";

/** What a packet forwarder's port may get from anybody, and by which names a gateway agent counts it. */
export function hostileDatagrams(): Buffer[] {
  const eui = Buffer.from(HOSTILE_EUI, "hex");
  const push = (json: string) => upstream(PUSH_DATA, 7, eui, json);
  return [
    Buffer.from([2, 0, 1]), // truncated
    Buffer.concat([Buffer.from([9, 0, 1, 0]), eui]), // version-unknown
    Buffer.concat([Buffer.from([2, 0, 1, 77]), eui]), // type-unknown
    push("this is no JSON"), // json-invalid
    push('{"rxpk":7}'), // rxpk-invalid
    push(`{"rxpk":${"[".repeat(20_000)}${"]".repeat(20_000)}}`), // rxpk-invalid
    push(`{"rxpk":[{"data":"${"A".repeat(60_000)}"}]}`), // data-invalid
    upstream(TX_ACK, 4_711, eui, ""), // tx-ack-unknown: no downlink has this token
  ];
}
export const HOSTILE_COUNTS = {
  agent: { truncated: 1, "version-unknown": 1, "type-unknown": 1 },
  gateway: { "json-invalid": 1, "rxpk-invalid": 2, "data-invalid": 1, "tx-ack-unknown": 1 },
} as const;
