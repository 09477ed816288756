import type { MacState } from "../../model/device.ts";

/** As lists, in the order below: a quarter of the bytes of named fields, and written with every uplink. */
type Packed = readonly [
  version: 2,
  dataRate: number,
  txPower: number,
  nbTrans: number,
  rx1DelayS: number,
  rx1DrOffset: number,
  rx2DataRate: number,
  rx2FrequencyHz: number,
  channels: readonly number[],
  /** fCnt, maxSnrDb, txPower, one after the other. */
  adrHistory: readonly number[],
  pending: readonly (readonly [cid: number, payload: string, tries: number])[],
  tx: readonly [uplinkDwellTime: boolean | null, downlinkDwellTime: boolean | null, maxEirpIndex: number | null],
  maxDutyCycle: number | null,
  rx1Moved: readonly (readonly [channel: number, frequencyHz: number])[],
  refused: readonly string[],
];

/** A MAC state as text for its column. */
export function packMac(mac: MacState): string {
  const history: number[] = [];
  for (const { fCnt, maxSnrDb, txPower } of mac.adrHistory) history.push(fCnt, maxSnrDb, txPower);
  const packed: Packed = [
    2,
    mac.dataRate,
    mac.txPower,
    mac.nbTrans,
    mac.rx1DelayS,
    mac.rx1DrOffset,
    mac.rx2DataRate,
    mac.rx2FrequencyHz,
    mac.channels,
    history,
    mac.pending.map(({ cid, payload, tries }) => [cid, payload, tries]),
    [mac.tx.uplinkDwellTime, mac.tx.downlinkDwellTime, mac.tx.maxEirpIndex],
    mac.maxDutyCycle,
    mac.rx1Moved.map(({ channel, frequencyHz }) => [channel, frequencyHz]),
    mac.refused,
  ];
  return JSON.stringify(packed);
}

/** @param text - written by {@link packMac}; our own database is trusted. */
export function unpackMac(text: string): MacState {
  const packed = JSON.parse(text) as Packed;
  const [version, dataRate, txPower, nbTrans, rx1DelayS, rx1DrOffset, rx2DataRate, rx2FrequencyHz] = packed;
  if (version !== 2) throw new RangeError(`a MAC state of version ${String(version)} is not known here`);
  const adrHistory = [];
  for (let i = 0; i < packed[9].length; i += 3) {
    adrHistory.push({ fCnt: packed[9][i]!, maxSnrDb: packed[9][i + 1]!, txPower: packed[9][i + 2]! });
  }
  const [uplinkDwellTime, downlinkDwellTime, maxEirpIndex] = packed[11];
  return {
    ...{ dataRate, txPower, nbTrans, rx1DelayS, rx1DrOffset, rx2DataRate, rx2FrequencyHz },
    channels: packed[8],
    adrHistory,
    pending: packed[10].map(([cid, payload, tries]) => ({ cid, payload, tries })),
    tx: { uplinkDwellTime, downlinkDwellTime, maxEirpIndex },
    maxDutyCycle: packed[12],
    rx1Moved: packed[13].map(([channel, frequencyHz]) => ({ channel, frequencyHz })),
    refused: packed[14],
  };
}
