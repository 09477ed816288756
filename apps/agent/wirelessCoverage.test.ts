import { Readable } from "node:stream";
import { toHex, utf8 } from "@wayleave/core/bytes";
import { type DeviceKey, generateDeviceKey } from "@wayleave/core/deviceKey";
import { keccakHex } from "@wayleave/core/hash";
import type { Address, Hash32, Hex } from "@wayleave/core/ids";
import type { JointDevice, JointInput, Logger, RecordedAnswer } from "@wayleave/core/kind";
import { localSchedule } from "@wayleave/core/network";
import { challengeDueAt } from "@wayleave/core/time";
import { CoverageKeeper } from "@wayleave/kind-wireless/provide/coverageKeeper";
import { SPARE_REASONS } from "@wayleave/kind-wireless/verify/coverageReasons";
import { jointCoverage } from "@wayleave/kind-wireless/verify/jointCoverage";
import { wirelessAdmission } from "@wayleave/kind-wireless/verify/wirelessAdmission";
import { wirelessJudge } from "@wayleave/kind-wireless/verify/wirelessJudge";
import type { LinkPeer } from "@wayleave/link/types";
import { describe, expect, test } from "vitest";

/** What agents sign about coverage is what verifiers count: the two rooms meet here and nowhere else. */
const schedule = localSchedule(1_790_000_000_000);
const domain = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` } as const;
const judge = wirelessJudge({ domain, schedule });
const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const VERIFIERS = 2;
/** 2.3 km apart in Bern. */
const CELLS = [0x8c1f8342cc0e3ffn, 0x8c1f83553564bffn];
const UNIT = 1_000_000n;

class Gateway {
  readonly key: DeviceKey = generateDeviceKey();
  readonly keeper: CoverageKeeper;
  readonly cell: bigint;
  online = true;

  constructor(clock: { now(): number; monotonicMs(): number }, cell: bigint) {
    this.cell = cell;
    const place = { domain, schedule, region: "EU868", gainCentiDb: 200 } as const;
    this.keeper = new CoverageKeeper({ key: this.key, ...place, clock, log: SILENT });
  }

  /** On an air where everybody hears everybody. */
  onAir(clock: { now(): number }, others: () => readonly Gateway[]): void {
    const eui = this.key.id.slice(2, 18);
    const status = { eui, protocol: "gwmp", online: true, lastSeenMs: 0, uplinks: 0, downlinks: 0, drops: {} } as const;
    this.keeper.attach({
      gateways: () => (this.online ? [status] : []),
      async send({ payload, frequencyHz, modulation }, { likeUplink }) {
        expect(likeUplink).toBe(true);
        const heard = { payload, frequencyHz, modulation, codingRate: "4/5", rssiDbm: -112, snrDb: -3 } as const;
        const at = { gatewayEui: eui, context: new Uint8Array(4), receivedAtMs: clock.now() + 300 };
        for (const other of others()) other.keeper.heard({ ...heard, ...at });
        return "sent";
      },
    });
  }
}

function network(count = 2) {
  const time = { nowMs: 0 };
  const clock = { now: () => time.nowMs, monotonicMs: () => time.nowMs };
  const gateways = CELLS.slice(0, count).map((cell) => new Gateway(clock, cell));
  for (const gateway of gateways) gateway.onAir(clock, () => gateways.filter((each) => each !== gateway));
  /** Asks every challenge of an epoch when it is due. */
  const epochOf = async (epoch: number, carried: ReadonlyMap<`0x${string}`, Hex> = new Map()): Promise<JointInput> => {
    const challenges = gateways.flatMap(({ key }) =>
      Array.from({ length: VERIFIERS * schedule.slotsPerEpoch }, (_, n) => {
        const slot = Math.floor(n / VERIFIERS);
        const challenge: Hash32 = keccakHex(utf8(`${key.id} ${epoch} ${n}`));
        return { device: key.id, slot, challenge, at: challengeDueAt(schedule, epoch, slot, challenge) };
      }),
    );
    const answers: (RecordedAnswer & { readonly device: Address })[] = [];
    for (const { device, slot, challenge, at } of challenges.toSorted((a, b) => a.at - b.at)) {
      time.nowMs = at;
      const { keeper, key } = gateways.find((each) => each.key.id === device)!;
      const response = await keeper.answer({ epoch, challenge });
      const { publicKey } = key;
      expect(judge.judge({ device, publicKey, epoch, challenge, commitment: null, response }).pass).toBe(true);
      answers.push({ device, slot, challenge, response });
    }
    const devices = gateways.map(({ key: { id: device, publicKey }, cell }, i): JointDevice => {
      const own = <T extends { readonly device: Address }>(all: readonly T[]) =>
        all.filter((each) => each.device === device);
      const said = { challenges: own(challenges), answers: own(answers), carried: carried.get(device) ?? null };
      return { device, publicKey, cell, prefix: `127.0.${i}.0/24`, ...said };
    });
    return { epoch, seed: keccakHex(utf8(`seed ${epoch}`)), devices };
  };
  return { gateways, epochOf, clock, time };
}

const unitsOf = (input: JointInput) =>
  input.devices.map(({ device }) => jointCoverage(input, domain, schedule).proven.get(device)?.units);
const codesOf = (input: JointInput) => jointCoverage(input, domain, schedule).reasons.map(({ code }) => code);

describe("coverage, from agents' answers to units", () => {
  test("two gateways that hear each other: a witness' unit and a quarter of a beacon's each, in their cells", async () => {
    const { epochOf } = network();
    const input = await epochOf(5);
    expect(unitsOf(input)).toEqual([UNIT + UNIT / 4n, UNIT + UNIT / 4n]);
    const { proven } = jointCoverage(input, domain, schedule);
    expect([...proven.values()].map(({ locality }) => locality.toString(16)).sort()).toEqual([
      "881f8342cdfffff",
      "881f835535fffff",
    ]);
    const codes = codesOf(input).filter((code) => !SPARE_REASONS.has(code));
    expect(codes.sort()).toEqual(["beacon-counted", "beacon-counted", "witness-counted", "witness-counted"]);
  });

  test("what an epoch carries over is read again, and goes on without a reason lost", async () => {
    const { epochOf } = network();
    const { carried } = jointCoverage(await epochOf(5), domain, schedule);
    expect(carried.size).toBe(2);
    for (const data of carried.values()) expect(data).toMatch(/^0x[0-9a-f]{36}$/);
    expect(unitsOf(await epochOf(6, carried))).toEqual([UNIT + UNIT / 4n, UNIT + UNIT / 4n]);
    // Nonsense from an older encoding is nothing known.
    const nonsense = new Map([...carried.keys()].map((device) => [device, "0x01" as const]));
    expect(unitsOf(await epochOf(7, nonsense))).toEqual([UNIT + UNIT / 4n, UNIT + UNIT / 4n]);
  });

  test("an answer that the device did not sign counts for nothing, whatever its row says", async () => {
    const { epochOf, gateways } = network();
    const input = await epochOf(5);
    const [first] = gateways;
    const devices = input.devices.map((each) => {
      if (each.device !== first!.key.id) return each;
      const answers = each.answers.map((answer) => {
        const response = Uint8Array.from(answer.response);
        response[response.byteLength - 1]! ^= 1;
        return { ...answer, response };
      });
      return { ...each, answers };
    });
    expect(unitsOf({ ...input, devices })).toEqual([0n, 0n]);
  });

  test("alone, or with the radio off, nothing is proven", async () => {
    const alone = network(1);
    expect(unitsOf(await alone.epochOf(5))).toEqual([0n]);
    const dark = network();
    for (const gateway of dark.gateways) gateway.online = false;
    const input = await dark.epochOf(5);
    expect(unitsOf(input)).toEqual([0n, 0n]);
    expect(codesOf(input)).toEqual([]);
  });

  test("a device without a place proves nothing, and is told why", async () => {
    const { epochOf } = network();
    const input = await epochOf(5);
    const [nowhere, other] = input.devices;
    const placeless = { ...input, devices: [{ ...nowhere!, cell: 0n }, other!] };
    expect(jointCoverage(placeless, domain, schedule).proven.get(nowhere!.device)).toMatchObject({
      units: 0n,
      locality: 0n,
    });
    expect(codesOf(placeless)).toContain("beacon-location-unasserted");
  });
});

describe("admission", () => {
  const admission = (time: { nowMs: number }) =>
    wirelessAdmission({ domain, schedule, clock: { now: () => time.nowMs, monotonicMs: () => time.nowMs } });
  const peerOf = (key: DeviceKey, answer: (ask: { epoch: number; challenge: Hash32 }) => Promise<Uint8Array>) =>
    ({
      id: key.id,
      publicKey: key.publicKey,
      request: async ({ path, body }: { path: string; body: Uint8Array }) => {
        expect(path).toBe("/challenges/wireless");
        const bytes = await answer(JSON.parse(Buffer.from(body).toString()) as { epoch: number; challenge: Hash32 });
        return { status: bytes.byteLength === 0 ? 503 : 200, headers: {}, body: Readable.from([Buffer.from(bytes)]) };
      },
    }) as unknown as LinkPeer;
  const { signal } = new AbortController();

  test("an agent that answers as a gateway must is let in; nobody else's answer is", async () => {
    const { gateways, time } = network();
    time.nowMs = schedule.genesisMs + 3.5 * schedule.epochMs;
    const [one, two] = gateways;
    const { admit } = admission(time);
    expect(
      (
        await admit(
          peerOf(one!.key, (ask) => one!.keeper.answer(ask)),
          signal,
        )
      ).pass,
    ).toBe(true);
    const borrowed = await admit(
      peerOf(one!.key, (ask) => two!.keeper.answer(ask)),
      signal,
    );
    expect(borrowed).toMatchObject({ pass: false, fault: "signature-invalid" });
    const replayed = await one!.keeper.answer({ epoch: 3, challenge: toHex(new Uint8Array(32)) });
    expect(
      await admit(
        peerOf(one!.key, async () => replayed),
        signal,
      ),
    ).toMatchObject({ fault: "challenge-mismatch" });
    const silent = await admit(
      peerOf(one!.key, async () => new Uint8Array(0)),
      signal,
    );
    expect(silent).toMatchObject({ fault: "challenge-refused" });
  });
});
