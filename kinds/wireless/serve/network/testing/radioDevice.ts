import { assert } from "@wayleave/core/errors";
import {
  DEFAULT_MAC_SETTINGS,
  type DeviceProfile,
  type DeviceSession,
  type LorawanDevice,
  type MacState,
  UNTOLD_MAC,
} from "../../../model/device.ts";
import { cryptoCounter } from "../../../model/lorawan/counters.ts";
import { type DataFrame, buildUplink, parseFrame } from "../../../model/lorawan/frame.ts";
import { buildJoinRequest, deriveSessionKeys, parseJoinAccept } from "../../../model/lorawan/join.ts";
import {
  type DownlinkMacCommand,
  type UplinkMacCommand,
  decodeDownlinkMacCommands,
  encodeMacCommands,
} from "../../../model/lorawan/macCommands.ts";
import { DOWNLINK, SessionCrypto } from "../../../model/lorawan/sessionCrypto.ts";

export const EU_PROFILE: DeviceProfile = {
  id: "profile",
  name: "A profile",
  region: "EU868",
  supportsOtaa: true,
  deviceClass: "A",
  adr: true,
  rx1DelayS: 1,
  rx1DrOffset: 0,
  rx2DataRate: null,
  rx2FrequencyHz: null,
  counters32: true,
  copies: 2,
  uplinkIntervalS: null,
  decoder: { kind: "none" },
  ...DEFAULT_MAC_SETTINGS,
};

export const EU_MAC: MacState = {
  dataRate: 5,
  txPower: 0,
  nbTrans: 1,
  rx1DelayS: 1,
  rx1DrOffset: 0,
  rx2DataRate: 0,
  rx2FrequencyHz: 869_525_000,
  channels: [0, 1, 2, 3, 4, 5, 6, 7],
  tx: { uplinkDwellTime: false, downlinkDwellTime: false, maxEirpIndex: null },
  ...UNTOLD_MAC,
};

export function deviceOf(index: number, profile: Partial<DeviceProfile> = {}): LorawanDevice {
  return {
    devEui: (0xd0_0000 + index).toString(16).padStart(16, "0"),
    joinEui: "70b3d57ed0000001",
    applicationId: "application",
    customer: "customer",
    name: `device ${index}`,
    profile: { ...EU_PROFILE, ...profile },
    appKey: new Uint8Array(16).fill(index + 1),
    disabled: false,
  };
}

export function sessionOf(device: LorawanDevice, index: number, mac: Partial<MacState> = {}): DeviceSession {
  const key = (last: number): Uint8Array =>
    Uint8Array.from({ length: 16 }, (_, at) => (at < 4 ? index >>> (8 * at) : at === 15 ? last : 7));
  return {
    devEui: device.devEui,
    devAddr: (0x2600_0000 + index).toString(16).padStart(8, "0"),
    nwkSKey: key(1),
    appSKey: key(2),
    fCntUp: -1,
    fCntDown: 0,
    activatedAtMs: 0,
    mac: { ...EU_MAC, ...mac },
  };
}

export interface HeardDownlink {
  readonly frame: DataFrame;
  readonly data: Uint8Array;
  readonly commands: readonly DownlinkMacCommand[];
}

/** An end device: the other side of the codec. */
export class RadioDevice {
  readonly device: LorawanDevice;
  crypto: SessionCrypto | null = null;
  devAddr = "";
  fCntUp = 0;
  readonly heard: HeardDownlink[] = [];
  #lastDown = -1;
  #devNonce = 0;

  constructor(device: LorawanDevice, session: DeviceSession | null = null) {
    this.device = device;
    if (session === null) return;
    this.devAddr = session.devAddr;
    this.crypto = new SessionCrypto(session);
  }

  joinRequest(devNonce = ++this.#devNonce): Uint8Array {
    this.#devNonce = devNonce;
    const { joinEui, devEui, appKey } = this.device;
    return buildJoinRequest(appKey!, { joinEui, devEui, devNonce });
  }

  hearJoinAccept(payload: Uint8Array): Extract<ReturnType<typeof parseJoinAccept>, { ok: true }> {
    const accept = parseJoinAccept(this.device.appKey!, payload);
    assert(accept.ok, "the join accept is genuine");
    const keys = deriveSessionKeys(this.device.appKey!, { ...accept, devNonce: this.#devNonce });
    this.devAddr = accept.devAddr;
    this.crypto = new SessionCrypto({ devAddr: accept.devAddr, ...keys });
    this.fCntUp = 0;
    this.#lastDown = -1;
    return accept;
  }

  /** The next frame; its counter goes up. */
  uplink(
    fields: {
      readonly data?: Uint8Array;
      readonly fPort?: number;
      readonly confirmed?: boolean;
      readonly ack?: boolean;
      readonly adr?: boolean;
      readonly adrAckReq?: boolean;
      readonly mac?: readonly UplinkMacCommand[];
    } = {},
  ): Uint8Array {
    const data = fields.data ?? Uint8Array.of(1, 2, 3);
    return buildUplink(this.crypto!, {
      devAddr: this.devAddr,
      confirmed: fields.confirmed ?? false,
      fCnt: cryptoCounter(this.fCntUp++, this.device.profile.counters32),
      adr: fields.adr ?? false,
      adrAckReq: fields.adrAckReq ?? false,
      ack: fields.ack ?? false,
      classB: false,
      fOpts: encodeMacCommands(fields.mac ?? []),
      fPort: fields.fPort ?? 1,
      payload: data,
    });
  }

  /** Checks a downlink as a device does: address, MIC, and a counter that only grows. */
  hear(payload: Uint8Array): HeardDownlink {
    const frame = parseFrame(payload);
    assert(frame.ok && frame.type === "data" && frame.direction === DOWNLINK, "it is a downlink");
    assert(frame.devAddr === this.devAddr, "it is for this device");
    const fCnt = this.#lastDown < 0 ? frame.fCnt16 : this.#lastDown + ((frame.fCnt16 - this.#lastDown) & 0xffff);
    assert(fCnt > this.#lastDown, "the downlink counter grows");
    assert(this.crypto!.verifyMic(payload, fCnt), "its MIC is right");
    this.#lastDown = fCnt;
    const data =
      frame.fPort === null ? new Uint8Array(0) : this.crypto!.decrypt(frame.fPort, fCnt, DOWNLINK, frame.payload);
    const { commands } = decodeDownlinkMacCommands(frame.fPort === 0 ? data : frame.fOpts);
    const heard = { frame, data, commands };
    this.heard.push(heard);
    return heard;
  }
}
