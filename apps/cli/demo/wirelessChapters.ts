import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { toHex } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import type { Hex } from "@wayleave/core/ids";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { formatUsd, formatWay } from "@wayleave/core/money";
import { BEACON_BYTES, BEACON_MHDR } from "@wayleave/kind-wireless/model/beacon";
import type { LorawanEvent, UplinkEvent } from "@wayleave/kind-wireless/model/events";
import { COVERAGE_REASONS, type CoverageReason, SPARE_REASONS } from "@wayleave/kind-wireless/verify/coverageReasons";
import type { Explanation } from "@wayleave/layer-coordination/settle/settlement";
import type { Reception } from "@wayleave/testbed/radio/air";
import { z } from "zod";
import { fetchJson } from "../network/httpJson.ts";
import { verifyReport } from "../verify/verifyReport.ts";
import { eventStream } from "./eventStream.ts";
import { deviceId, dollarsOf, rowOf, type SettledEpoch } from "./networkWatch.ts";
import { gwmpPort, type OwnRadio, pushDatagram, sendDatagrams, startOwnRadio } from "./ownRadio.ts";
import type { DemoScene } from "./scene.ts";
import { secondsText } from "./story.ts";
import { until } from "./until.ts";
import { paidByEvents, picoUsdOf, wirelessBill } from "./wirelessBill.ts";

const GATEWAYS = [1, 2] as const;
const DEV_EUI = "02577761796d0f01";
/** A packet forwarder that nobody saw before: whoever replays or invents frames has one. */
const STRANGER_EUI = "025777617960bad0";
const JOIN_TRIES = 5;
/** Sensors send every ten seconds; one frame of each may be heard by one gateway alone. */
const UPLINK_WITHIN_MS = 40_000;
const TOLD_WITHIN_MS = 20_000;
/** For 10 to 20 s a frame heard again is one more copy of the first; then it meets the frame counter. */
const REPLAY_TOLD_WITHIN_MS = 40_000;
/** The end of the epoch, the cut, two proposers' turns; coverage of an epoch may fall between two. */
const SETTLED_WITHIN_EPOCHS = 6;
const INVENTED_EVERY_MS = 2_000;
/** Of two gateways alone: a witness' unit, and a quarter for a beacon that one heard; in millionths. */
const HEARD_AND_HEARING = 1_250_000n;
const COMMAND = Buffer.from("valve open");

/** What later chapters look for in what is settled. */
export interface HeardRadio {
  readonly applicationId: string;
  /** A beacon that no challenge asked for. */
  readonly inventedBeacon: Hex;
  /** When it was sent for the last time. */
  readonly invented: Promise<void>;
}

/** Devices send; gateways of strangers hear them; the customer reads plain values and pays for each frame once. */
export function radioChapter({ story, network }: DemoScene): Promise<HeardRadio> {
  const { file } = network;
  return story.chapter("LoRaWAN: sensors send, and whoever's gateway hears them is paid", async () => {
    const uplink = await decodedUplink(file);
    const { temperature_1: celsius } = uplink.object as { temperature_1: number };
    const bytes = Buffer.from(uplink.data, "base64").byteLength;
    story.check(
      `${uplink.deviceName}: ${celsius} °C, decoded from ${bytes} encrypted bytes and read from the stream of events`,
      Number.isFinite(celsius),
    );
    const heard = uplink.heardBy.map(
      ({ device, rssiDbm, paidMicroUsd }) =>
        `${device.slice(0, 8)}… at ${rssiDbm} dBm is paid ${dollars(paidMicroUsd)}`,
    );
    story.check(
      `two gateways of two owners heard it, and its profile buys two copies: ${heard.join(", ")}`,
      uplink.heardBy.length === 2 && uplink.heardBy.every(({ paidMicroUsd }) => picoUsdOf(paidMicroUsd) > 0n),
    );
    const radio = await startOwnRadio({ file, name: "valve", devEui: DEV_EUI, profile: { copies: 1 } });
    try {
      await ownDevice(radio);
    } finally {
      await radio.close();
    }
    story.tell("somebody puts a beacon on the air that no challenge asked for; what it earns is settled below");
    return { applicationId: radio.applicationId, ...inventBeacon() };
  });

  async function ownDevice(radio: OwnRadio): Promise<void> {
    const started = performance.now();
    const joined = await join(radio);
    story.check(
      `a new device with one copy a frame joins over the air in ${secondsText(performance.now() - started)}`,
      joined,
    );
    const first = radio.recorded.length;
    await radio.device.send({ payload: Buffer.from([1]), fPort: 2 });
    await commandAcknowledged(radio);
    const replays = await replayUntilTold(radio, radio.recorded[first]!);
    story.check(
      `a frame recorded off the air is sent again by a stranger's gateway, ${replays} times: refused as "replayed-counter"`,
      true,
    );
    await radio.device.send({ payload: Buffer.from([2]), fPort: 2 });
    await told(radio, "The uplink after it", (event) => event.type === "up" && event.data === "Ag==");
    await checkBill(radio);
  }

  async function replayUntilTold(radio: OwnRadio, frame: Reception): Promise<number> {
    let replays = 0;
    return until("The refusal of the replay", REPLAY_TOLD_WITHIN_MS, async () => {
      replays++;
      await sendDatagrams(gwmpPort(file, 2), [pushDatagram(STRANGER_EUI, [frame])]);
      const events = await radio.events();
      return events.some((event) => event.type === "error" && event.code === "replayed-counter") ? replays : null;
    });
  }

  async function commandAcknowledged(radio: OwnRadio): Promise<void> {
    const url = `${file.endpoints.front}/v1/wireless/devices/${radio.devEui}/queue`;
    const body = { fPort: 10, confirmed: true, data: COMMAND.toString("base64") };
    const queued = await fetchJson(url, z.object({ id: z.string() }), {
      method: "POST",
      bearer: file.demo.apiKey,
      body,
    });
    await radio.device.send({ payload: Buffer.from([3]), fPort: 2 });
    await told(radio, "The acknowledgement", (event) => {
      return event.type === "ack" && event.downlinkId === queued.id && event.acknowledged;
    });
    const received = radio.downlinks.filter(({ payload }) => payload.equals(COMMAND));
    story.check(
      `a command ("${COMMAND.toString()}") reaches it in the receive window after its uplink, once, and it acknowledges`,
      received.length === 1 && radio.device.counters.rx1 > 0,
      { received: received.length },
    );
  }

  /** What events say was paid is what the bill says; a replay, and the copy that was not drawn, are on neither. */
  async function checkBill(radio: OwnRadio): Promise<void> {
    const events = await radio.events();
    const uplinks = events.filter((event) => event.type === "up");
    const twice = uplinks.filter(({ heardBy }) => heardBy.length === 2).length;
    const paidOnce = uplinks.every(({ heardBy }) => heardBy.filter(isPaid).length === 1);
    story.check(
      `of its ${uplinks.length} frames ${twice} were sold by two agents: one copy of each is paid`,
      paidOnce && twice > 0,
    );
    const paid = paidByEvents(events);
    const line = await until("The bill", TOLD_WITHIN_MS, async () => {
      const bill = await wirelessBill(file, radio.applicationId);
      return bill.find(({ act, receipts }) => act === "wireless.uplink" && receipts.devicePicoUsd >= paid) ?? null;
    });
    story.check(
      `the bill has them once: ${line.workUnits} work units in ${line.receipts.count} receipts; the replay is billed to nobody`,
      line.receipts.devicePicoUsd === paid && line.receipts.pricePicoUsd === line.pricePicoUsd,
      { paid, billed: line.receipts.devicePicoUsd },
    );
  }

  /** For a whole epoch: what is heard near an epoch's end is not told in time to be judged. */
  function inventBeacon(): Pick<HeardRadio, "inventedBeacon" | "invented"> {
    const payload = Buffer.concat([Buffer.of(BEACON_MHDR), randomBytes(BEACON_BYTES - 1)]);
    const untilMs = performance.now() + file.network.schedule.epochMs + INVENTED_EVERY_MS;
    const send = async (): Promise<void> => {
      while (performance.now() < untilMs) {
        await sendDatagrams(gwmpPort(file, 1), [pushDatagram(STRANGER_EUI, [heardBeacon(payload)])]);
        await pause(INVENTED_EVERY_MS);
      }
    };
    return { inventedBeacon: toHex(payload), invented: send() };
  }
}

/** What carrying packets and proving coverage earned, out of public data. */
export function coverageChapter(
  { story, network, watch }: DemoScene,
  { applicationId, inventedBeacon, invented }: HeardRadio,
) {
  const { file } = network;
  const waitMs = SETTLED_WITHIN_EPOCHS * file.network.schedule.epochMs;
  const gateways = GATEWAYS.map((index) => {
    const owner = network.state.account(`gateway-owner-${index}`).address;
    return { index, owner, device: deviceId(network, `gateway-${index}`) };
  });
  return story.chapter("Gateways are paid for packets in dollars, and for coverage in WAY", async () => {
    const settled = await until("An epoch with coverage", waitMs, async () => {
      return (await watch.settled(0)).find(bothEarned) ?? null;
    });
    const { epoch } = settled.posted;
    const said = await explanations(epoch);
    const [beacons, witnesses] = ["beacon-", "witness-"].map((what) =>
      said.filter(({ code }) => code.startsWith(what) && !SPARE_REASONS.has(code)),
    );
    const counted = (of: readonly Explanation[]) => of.filter(({ code }) => code.endsWith("-counted")).length;
    story.check(
      `epoch ${epoch}, recomputed from public bundles: ${counted(beacons!)} of ${beacons!.length} beacons and ${counted(witnesses!)} of ${witnesses!.length} witnesses count`,
      counted(beacons!) >= 2 && counted(witnesses!) >= 2,
    );
    await checkInvented();
    for (const { index, owner, device } of gateways) {
      const row = rowOf(settled, device)!;
      const payout = settled.tables.payouts.find(({ account }) => account === owner);
      story.check(
        `gateway ${index}: $${formatUsd(row.serviceMicroUsd)} for packets, $${formatUsd(row.poolMicroUsd)} of the pool and ${formatWay(row.wayAllotted)} WAY for ${Number(row.units) / 1e6} units; the statement pays its owner`,
        (payout?.dollars ?? 0n) >= dollarsOf(row),
      );
    }
    await checkUsage();
    story.figure(
      "coverageEpoch",
      epoch,
      `${counted(beacons!)} beacons and ${counted(witnesses!)} witnesses counted in epoch ${epoch}`,
    );
  });

  function bothEarned(epoch: SettledEpoch): boolean {
    return gateways.every(({ device }) => {
      const row = rowOf(epoch, device);
      return row !== null && row.serviceMicroUsd > 0n && row.wayAllotted > 0n && row.units >= HEARD_AND_HEARING;
    });
  }

  async function explanations(epoch: number): Promise<readonly Explanation[]> {
    const { verification } = await verifyReport(file.network, epoch, { mode: "bundles" });
    return verification?.computed.explanations.filter(({ kind }) => kind === KIND_NUMBERS.wireless) ?? [];
  }

  /** Its witness is honest; only a challenge makes a beacon count. */
  async function checkInvented(): Promise<void> {
    await invented;
    const looked = new Set<number>();
    const found = await until("The invented beacon being judged", waitMs, async () => {
      for (const { posted } of await watch.settled(0)) {
        if (looked.has(posted.epoch)) continue;
        looked.add(posted.epoch);
        const judged = (await explanations(posted.epoch)).find(({ facts }) => facts["beacon"] === inventedBeacon);
        if (judged !== undefined) return { code: judged.code, units: judged.facts["units"], epoch: posted.epoch };
      }
      return null;
    });
    story.check(
      `the beacon that no challenge asked for earned nothing in epoch ${found.epoch}: "${found.code}" (${COVERAGE_REASONS[found.code as CoverageReason]})`,
      found.code === "witness-payload-unknown" && found.units === 0n,
    );
  }

  async function checkUsage(): Promise<void> {
    const bill = await wirelessBill(file, applicationId);
    const acts = bill.map(({ act, workUnits, receipts }) => `${act} ${workUnits} in ${receipts.count} receipts`);
    story.check(
      `usage has a line for each act of the new device: ${acts.join(", ")}`,
      ["wireless.downlink", "wireless.join", "wireless.uplink"].every((act) => {
        const line = bill.find((each) => each.act === act);
        return line !== undefined && line.receipts.count > 0 && line.receipts.pricePicoUsd === line.pricePicoUsd;
      }),
    );
  }
}

/** The first uplink of the demo application that both gateways heard. */
async function decodedUplink(file: DemoScene["network"]["file"]): Promise<UplinkEvent> {
  const signal = AbortSignal.timeout(UPLINK_WITHIN_MS);
  const query = `?applicationId=${file.demo.lorawan!.applicationId}`;
  for await (const { event } of eventStream(file, { signal, query, after: 0 })) {
    if (event.type === "up" && event.object !== null && event.heardBy.length > 1) return event;
  }
  throw new WayleaveError("not-in-time", "No uplink was heard by two gateways in time", {
    timeoutMs: UPLINK_WITHIN_MS,
  });
}

async function join({ device }: OwnRadio): Promise<boolean> {
  for (let i = 0; i < JOIN_TRIES; i++) if (await device.join()) return true;
  return false;
}

async function told(radio: OwnRadio, what: string, isIt: (event: LorawanEvent) => boolean): Promise<LorawanEvent> {
  return until(what, TOLD_WITHIN_MS, async () => (await radio.events()).find(isIt) ?? null);
}

function isPaid({ paidMicroUsd }: { readonly paidMicroUsd: string }): boolean {
  return picoUsdOf(paidMicroUsd) > 0n;
}

function dollars(microUsd: string): string {
  return `$${Number(microUsd) / 1e6}`;
}

/** As a receiver notes it. */
function heardBeacon(payload: Uint8Array): Reception {
  const modulation = { kind: "lora", spreadingFactor: 9, bandwidthHz: 125_000 } as const;
  const radio = { frequencyHz: 868_100_000, modulation, codingRate: "4/5", eirpDbm: 14, inverted: false } as const;
  return { transmission: { payload, ...radio, sender: "somebody", startUs: 0, endUs: 0 }, rssiDbm: -100, snrDb: 5 };
}
