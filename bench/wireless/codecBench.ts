import { createCipheriv } from "node:crypto";
import { parseFrame } from "@wayleave/kind-wireless/model/lorawan/frame";
import { UPLINK } from "@wayleave/kind-wireless/model/lorawan/sessionCrypto";
import { loraPacket } from "@wayleave/kind-wireless/model/lorawan/testing/loraPacket";
import { type Figure, actsPerS, bytesPerS } from "../figure.ts";
import { cryptoOf, keysOf, uplinkOf } from "./benchDevices.ts";

/** Keys differ from frame to frame, as a network's do. */
const DEVICES = 256;
const AES_BLOCK_BYTES = 16;
const BULK_BYTES = 1 << 20;

export interface CodecFigures {
  readonly figures: readonly Figure[];
  /** Frames opened per processor second: the rest of the machine may be busy. */
  readonly ours: number;
  readonly loraPacket: number;
  /** The same frames with a cipher of OpenSSL for each MIC and each payload. */
  readonly cipherEach: number;
  /** Frames per second if their AES blocks were all there is, in one call over a megabyte. */
  readonly aesBulk: number;
}

/** Reads a frame, checks its MIC and opens its payload, on one core: here, by lora-packet, and as AES alone. */
export async function benchCodec(): Promise<CodecFigures> {
  const frames = Array.from({ length: DEVICES }, (_, device) => Buffer.from(uplinkOf(device, DEVICES, false)));
  const cryptos = frames.map((_, device) => cryptoOf(device));
  const keys = frames.map((_, device) => {
    const { nwkSKey, appSKey } = keysOf(device);
    return { nwkSKey: Buffer.from(nwkSKey), appSKey: Buffer.from(appSKey) };
  });
  let turn = 0;
  const all = async (name: string, open: (device: number) => void) => {
    const each = () => {
      for (let i = 0; i < DEVICES; i++) open(turn++ % DEVICES);
    };
    const { value, cpuS } = await actsPerS(name, each, 1_500);
    return { name, unit: "1/s" as const, value: value * DEVICES, cpuS: cpuS / DEVICES };
  };
  const ours = await all("LoRaWAN: read, check and open a frame", (device) => {
    const frame = parseFrame(frames[device]!);
    if (!frame.ok || frame.type !== "data" || !cryptos[device]!.verifyMic(frames[device]!, 0)) throw new Error("MIC");
    cryptos[device]!.decrypt(frame.fPort!, 0, UPLINK, frame.payload);
  });
  const theirs = await all("LoRaWAN: the same by lora-packet", (device) => {
    const frame = loraPacket.fromWire(frames[device]!);
    if (!loraPacket.verifyMIC(frame, keys[device]!.nwkSKey)) throw new Error("MIC");
    loraPacket.decrypt(frame, keys[device]!.appSKey, keys[device]!.nwkSKey);
  });
  const first = parseFrame(frames[0]!);
  if (!first.ok || first.type !== "data") throw new Error("the benchmark's own frame is none");
  // B0 and the frame for the MIC, one block for each 16 bytes of payload.
  const micBlocks = 1 + Math.ceil((frames[0]!.byteLength - 4) / AES_BLOCK_BYTES);
  const payloadBlocks = Math.ceil(first.payload.byteLength / AES_BLOCK_BYTES);
  const [micInput, payloadInput] = [micBlocks, payloadBlocks].map((blocks) => Buffer.alloc(blocks * AES_BLOCK_BYTES));
  const iv = Buffer.alloc(AES_BLOCK_BYTES);
  const cipherEach = await all("AES: createCipheriv for MIC and payload of a frame", (device) => {
    createCipheriv("aes-128-cbc", keys[device]!.nwkSKey, iv).update(micInput!);
    createCipheriv("aes-128-ecb", keys[device]!.appSKey, null).update(payloadInput!);
  });
  const bulk = Buffer.alloc(BULK_BYTES);
  const cipher = createCipheriv("aes-128-cbc", keys[0]!.nwkSKey, iv);
  const chained = await bytesPerS("AES-128-CBC, one call a megabyte", BULK_BYTES, () => cipher.update(bulk), 1_000);
  return {
    figures: [ours, theirs, cipherEach, chained],
    ...{ ours: 1 / ours.cpuS, loraPacket: 1 / theirs.cpuS, cipherEach: 1 / cipherEach.cpuS },
    aesBulk: 1e6 / chained.cpuS / ((micBlocks + payloadBlocks) * AES_BLOCK_BYTES),
  };
}
