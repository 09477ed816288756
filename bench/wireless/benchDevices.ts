import { buildUplink } from "@wayleave/kind-wireless/model/lorawan/frame";
import { SessionCrypto } from "@wayleave/kind-wireless/model/lorawan/sessionCrypto";

/** Addresses of the experimental NetID, which a front is always subscribed to. */
const FIRST_DEV_ADDR = 0x0200_0000;
/** A small sensor's: its number of the frame, and what it measured. */
const DATA_BYTES = 12;
export const F_PORT = 10;

export function devEuiOf(device: number): string {
  return `d0${device.toString(16).padStart(14, "0")}`;
}
export function devAddrOf(device: number): string {
  return (FIRST_DEV_ADDR + device).toString(16).padStart(8, "0");
}
export function deviceAt(devAddr: number): number {
  return devAddr - FIRST_DEV_ADDR;
}

/** Keys that generator and front both know without telling each other. */
export function keysOf(device: number): { readonly nwkSKey: Uint8Array; readonly appSKey: Uint8Array } {
  const key = (last: number) =>
    Uint8Array.from({ length: 16 }, (_, at) => (at < 4 ? (device >>> (8 * at)) & 0xff : at === 15 ? last : 7 * at));
  return { nwkSKey: key(1), appSKey: key(2) };
}

export function cryptoOf(device: number): SessionCrypto {
  return new SessionCrypto({ devAddr: devAddrOf(device), ...keysOf(device) });
}

/** The PHYPayload of the `frame`-th frame of all: devices take turns, so no two have the same counter and sender. */
export function uplinkOf(frame: number, devices: number, confirmed: boolean): Uint8Array {
  const device = frame % devices;
  const data = new Uint8Array(DATA_BYTES).fill(0x5a);
  new DataView(data.buffer).setUint32(0, frame);
  return buildUplink(cryptoOf(device), {
    devAddr: devAddrOf(device),
    fCnt: Math.floor(frame / devices),
    ...{ confirmed, adr: true, adrAckReq: false, ack: false, classB: false },
    ...{ fOpts: new Uint8Array(0), fPort: F_PORT, payload: data },
  });
}
