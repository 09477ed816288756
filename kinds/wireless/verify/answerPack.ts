/**
 * How a gateway's right answers to one verifier stand in that verifier's bundle: only answers that say something new, and
 * each fact once. Unpacking gives the very bytes that the device signed, so nothing rests on the packing being honest.
 *
 *     packed = version:1 (1) ‖ count:1 ‖ radio:12 … ‖ count:1 ‖ beacon … ‖ count:2 ‖ report:51 … ‖ count:2 ‖ commitment:32 … ‖ answer …
 *     radio  = frequency:4 ‖ gatewayEui:8
 *     beacon = region:1 ‖ challenge:32 ‖ transmittedAt:6 ‖ power:2   as its challenge asks for in that region; or
 *              255:1 ‖ statement:72
 *     report = payload:24 ‖ radio:1 ‖ rssi:2 ‖ snr:2 ‖ receivedAt:6 ‖ salt:16
 *     answer = slot:1 ‖ region:1 ‖ gain:2 ‖ beacon:1 (0: none) ‖ commitments of reports ‖ commitments ‖ reports ‖ signature:64
 *
 * The three lists of an answer are bit sets over the tables above. A challenge follows from the slot; the hash of a report
 * that is in the table is not written. An answer that does not fit this form (a time beyond 2⁴⁸ ms, a 256th radio) is no
 * honest agent's, and is left out.
 */
import { concatBytes, equalBytes, hexToBytes, toHex } from "@wayleave/core/bytes";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { type JointJudge, MAX_PACKED_ANSWERS_BYTES, type RecordedAnswer } from "@wayleave/core/kind";
import { BEACON_BYTES, beaconPlan } from "../model/beacon.ts";
import { ByteReader } from "../model/byteReader.ts";
import {
  type BeaconStatement,
  COMMITMENTS_MAX,
  type DecodedCoverageAnswer,
  GAIN_MAX_CENTI_DB,
  REVEALS_MAX,
  SALT_BYTES,
  SIGNATURE_BYTES,
  type WitnessReport,
  decodeBeacon,
  decodeCoverageAnswer,
  encodeBeacon,
  reportCommitment,
  unsignedCoverageAnswer,
} from "../model/coverage.ts";
import { REGION_NAMES } from "../model/device.ts";

const VERSION = 1;
const TIME_BYTES = 6;
const TIME_END = 2 ** (8 * TIME_BYTES);
/** Tables that are counted in one byte. */
const SMALL_TABLE_MAX = 255;
const OTHER_BEACON = 255;

interface Said {
  readonly slot: number;
  readonly answer: DecodedCoverageAnswer;
}

/** @see JointJudge.pack */
export const packAnswers: JointJudge["pack"] = (answers, { device }) => {
  const said = answers.flatMap(({ slot, response }): Said[] => {
    const answer = decodeCoverageAnswer(response);
    return answer === null || !hasHonestTimes(answer) ? [] : [{ slot, answer }];
  });
  let needed = answersThatSayMore(said, device);
  let packed = packNeeded(needed, device);
  while (packed.byteLength > MAX_PACKED_ANSWERS_BYTES && needed.length > 0) {
    needed = needed.slice(0, Math.floor(needed.length * 0.9));
    packed = packNeeded(needed, device);
  }
  return packed;
};

/**
 * Those that state a beacon, commit to a report or reveal one for the first time. Of anything that is said twice the first
 * time decides (`collectReports.ts`), so the others change nothing.
 */
function answersThatSayMore(said: readonly Said[], device: Address): Said[] {
  const known = new Set<string>();
  const isNew = (fact: string) => !known.has(fact) && known.add(fact) !== undefined;
  return said.filter(({ answer: { beacon, commitments, reveals } }) => {
    const facts = [
      ...(beacon === null ? [] : [`beacon ${beacon.challenge}`]),
      ...commitments.map((commitment) => `hash ${commitment}`),
      ...reveals.map((report) => `report ${reportCommitment(device, report)}`),
    ];
    return facts.filter(isNew).length > 0;
  });
}

function hasHonestTimes({ beacon, reveals }: DecodedCoverageAnswer): boolean {
  const times = [...reveals.map(({ receivedAtMs }) => receivedAtMs), beacon?.transmittedAtMs ?? 0];
  return times.every((time) => time < TIME_END);
}

/** Distinct items in the order in which they were first asked for. */
class Table {
  readonly rows: Uint8Array[] = [];
  readonly #places = new Map<string, number>();

  placeOf(row: Uint8Array): number {
    const key = Buffer.from(row).toString("latin1");
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.rows.length);
    return this.rows.push(row) - 1;
  }
}

function packNeeded(needed: readonly Said[], device: Address): Uint8Array {
  const [radios, beacons, reports, commitments] = [new Table(), new Table(), new Table(), new Table()];
  const reportOf = new Map<Hash32, number>();
  for (const report of needed.flatMap(({ answer }) => answer.reveals)) {
    const radio = radios.placeOf(concatBytes(uint(report.frequencyHz, 4), hexToBytes(`0x${report.gatewayEui}`)));
    if (radio > SMALL_TABLE_MAX - 1) continue;
    reportOf.set(reportCommitment(device, report), reports.placeOf(packReport(report, radio)));
  }
  const fits = needed.filter(({ answer }) =>
    answer.reveals.every((each) => reportOf.has(reportCommitment(device, each))),
  );
  const listed = fits.map(({ slot, answer }) => {
    const place = answer.beacon === null ? 0 : beacons.placeOf(packBeacon(answer)) + 1;
    return {
      slot,
      ...{ answer, place },
      hashed: answer.commitments.flatMap((each) => reportOf.get(each) ?? []),
      loose: answer.commitments
        .filter((each) => !reportOf.has(each))
        .map((each) => commitments.placeOf(hexToBytes(each))),
      revealed: answer.reveals.map((each) => reportOf.get(reportCommitment(device, each))!),
    };
  });
  const told = listed.filter(({ place }) => place <= SMALL_TABLE_MAX);
  return concatBytes(
    Uint8Array.of(VERSION),
    ...tableBytes(radios.rows.slice(0, SMALL_TABLE_MAX), 1),
    ...tableBytes(beacons.rows.slice(0, SMALL_TABLE_MAX), 1),
    ...tableBytes(reports.rows, 2),
    ...tableBytes(commitments.rows, 2),
    ...told.flatMap(({ slot, answer, place, hashed, loose, revealed }) => [
      Uint8Array.of(slot, REGION_NAMES.indexOf(answer.region)),
      ...[uint(answer.gainCentiDb, 2), Uint8Array.of(place)],
      ...[bits(hashed, reports), bits(loose, commitments), bits(revealed, reports), answer.signature],
    ]),
  );
}

function packReport(report: WitnessReport, radio: number): Uint8Array {
  const { payload, rssiCentiDbm, snrCentiDb, receivedAtMs, salt } = report;
  const level = Buffer.alloc(4);
  level.writeInt16BE(rssiCentiDbm, 0);
  level.writeInt16BE(snrCentiDb, 2);
  return concatBytes(payload, Uint8Array.of(radio), level, uint(receivedAtMs, TIME_BYTES), salt);
}

function packBeacon({ beacon, region }: DecodedCoverageAnswer): Uint8Array {
  const { challenge, transmittedAtMs, powerCentiDbm } = beacon!;
  const statement = encodeBeacon(beacon!);
  const power = Buffer.alloc(2);
  power.writeInt16BE(powerCentiDbm);
  const planned = { ...beaconPlan(region, challenge), challenge, transmittedAtMs, powerCentiDbm };
  if (!equalBytes(encodeBeacon(planned), statement)) return concatBytes(Uint8Array.of(OTHER_BEACON), statement);
  const time = uint(transmittedAtMs, TIME_BYTES);
  return concatBytes(Uint8Array.of(REGION_NAMES.indexOf(region)), hexToBytes(challenge), time, power);
}

/** @see JointJudge.unpack */
export const unpackAnswers: JointJudge["unpack"] = (packed, { device, epoch, challengeOf }) => {
  const reader = new ByteReader(packed);
  if (packed.byteLength > MAX_PACKED_ANSWERS_BYTES || reader.uint8() !== VERSION) return [];
  const radios = rows(reader.uint8(), reader, () => ({
    frequencyHz: reader.uint32(),
    gatewayEui: toHex(reader.take(8)).slice(2),
  }));
  const beacons = rows(reader.uint8(), reader, () => unpackBeacon(reader));
  const reports = rows(reader.uint16(), reader, () => unpackReport(reader, radios));
  const commitments = rows(reader.uint16(), reader, () => toHex(reader.take(32)));
  const hashes = reports.map((report) => reportCommitment(device, report));
  const answers: RecordedAnswer[] = [];
  while (!reader.failed && !reader.atEnd) {
    const [slot, region, gainCentiDb, place] = [
      reader.uint8(),
      REGION_NAMES[reader.uint8()],
      reader.uint16(),
      reader.uint8(),
    ];
    const hashed = picked(reader, hashes);
    const loose = picked(reader, commitments);
    const reveals = picked(reader, reports);
    const signature = reader.take(SIGNATURE_BYTES);
    const challenge = challengeOf(slot);
    const beacon = place === 0 ? null : beacons[place - 1];
    const isSound = region !== undefined && beacon !== undefined && challenge !== null;
    if (!isSound || gainCentiDb > GAIN_MAX_CENTI_DB) return [];
    const isBounded = hashed.length + loose.length <= COMMITMENTS_MAX && reveals.length <= REVEALS_MAX;
    const ascends = answers.length === 0 || answers.at(-1)!.slot < slot;
    if (reader.failed || !isBounded || !ascends) return [];
    const said = { challenge, epoch, region, gainCentiDb, beacon, commitments: [...hashed, ...loose], reveals };
    answers.push({ slot, challenge, response: concatBytes(unsignedCoverageAnswer(said), signature) });
  }
  return reader.failed ? [] : answers;
};

function unpackBeacon(reader: ByteReader): BeaconStatement {
  const index = reader.uint8();
  if (index === OTHER_BEACON) return decodeBeacon(reader);
  const region = REGION_NAMES[index];
  const challenge = toHex(reader.take(32));
  const [transmittedAtMs, powerCentiDbm] = [timeOf(reader), reader.int16()];
  if (region === undefined) reader.failed = true;
  const { payload, frequencyHz, modulation } = beaconPlan(region ?? REGION_NAMES[0], challenge);
  return { challenge, payload, transmittedAtMs, frequencyHz, modulation, powerCentiDbm };
}

function unpackReport(
  reader: ByteReader,
  radios: readonly Pick<WitnessReport, "frequencyHz" | "gatewayEui">[],
): WitnessReport {
  const payload = reader.take(BEACON_BYTES);
  const radio = radios[reader.uint8()];
  if (radio === undefined) reader.failed = true;
  const [rssiCentiDbm, snrCentiDb, receivedAtMs] = [reader.int16(), reader.int16(), timeOf(reader)];
  const { frequencyHz, gatewayEui } = radio ?? { frequencyHz: 0, gatewayEui: "00".repeat(8) };
  return { payload, frequencyHz, rssiCentiDbm, snrCentiDb, receivedAtMs, gatewayEui, salt: reader.take(SALT_BYTES) };
}

/** A table's rows. Each takes at least one byte, so a count is bounded by the bytes there are. */
function rows<T>(count: number, reader: ByteReader, read: () => T): T[] {
  const table: T[] = [];
  for (let i = 0; i < count && !reader.failed; i++) table.push(read());
  return reader.failed ? [] : table;
}

function tableBytes(rows: readonly Uint8Array[], countBytes: number): Uint8Array[] {
  return [uint(rows.length, countBytes), ...rows];
}

function bits(places: readonly number[], { rows }: Table): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(rows.length / 8));
  for (const place of places) bytes[place >> 3]! |= 1 << (place & 7);
  return bytes;
}

function picked<T>(reader: ByteReader, table: readonly T[]): T[] {
  const bytes = reader.take(Math.ceil(table.length / 8));
  return table.filter((_, place) => (bytes[place >> 3]! & (1 << (place & 7))) !== 0);
}

/** Big-endian, at most 2⁴⁸. */
function uint(value: number, sizeBytes: number): Uint8Array {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.writeUIntBE(value, 0, sizeBytes);
  return bytes;
}

function timeOf(reader: ByteReader): number {
  return reader.uint16() * 2 ** 32 + reader.uint32();
}
