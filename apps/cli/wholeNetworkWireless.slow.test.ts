import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import mqtt, { type MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import type { LorawanEvent, UplinkEvent } from "@wayleave/kind-wireless/model/events";
import { DOWNLINK_COUNTERS_SKIPPED } from "@wayleave/kind-wireless/serve/snapshots/recordsPart";
import { z } from "zod";
import { eventStream, type StreamedEvent } from "./demo/eventStream.ts";
import { deviceId, type NetworkWatch, rowOf, watchNetwork } from "./demo/networkWatch.ts";
import {
  gwmpPort,
  type OwnRadio,
  type OwnRadioOptions,
  pushDatagram,
  sendDatagrams,
  startOwnRadio,
} from "./demo/ownRadio.ts";
import { ownPortBase } from "./demo/ownPortBase.ts";
import { startTemporaryNetwork, type TemporaryNetwork } from "./demo/temporaryNetwork.ts";
import { until } from "./demo/until.ts";
import { paidByEvents, wirelessBill } from "./demo/wirelessBill.ts";
import { fetchJson } from "./network/httpJson.ts";
import { expectBilledOnce } from "./testing/billedOnce.ts";
import { HOSTILE_COUNTS, HOSTILE_EUI, hostileDatagrams } from "./testing/hostileDatagrams.ts";
import { loseFrontDatabase, recoverFront } from "./testing/lostFront.ts";
import { ttsDevice } from "./testing/ttsExport.ts";
import { isSigned, startWebhookReceiver } from "./testing/webhookReceiver.ts";
import { verifyReport } from "./verify/verifyReport.ts";

/** One network with two gateways and what happens to it; each test begins where the one before ended. */
/** To look at what a failed run left. */
const KEEP = process.env["WAYLEAVE_TEST_KEEP"] !== undefined;
const EPOCH_MS = 20_000;
/** Simulated sensors send every ten seconds. */
const TOLD_MS = 40_000;
/** For 10 to 20 s a frame heard again is one more copy of the first. */
const REPLAY_TOLD_MS = 40_000;
const STRANGER_EUI = "025777617960bad0";
const TWICE_TOLD_MS = 3 * TOLD_MS;

let network: TemporaryNetwork;
let watch: NetworkWatch;
let client: MqttClient;
/** A customer's own device, which both gateways hear; its profile buys two copies. */
let valve: OwnRadio;
const messages = new Map<string, unknown[]>();

beforeAll(async () => {
  network = await startTemporaryNetwork({ portBase: ownPortBase(), epochMs: EPOCH_MS, storage: 2, gateways: 2 });
  watch = await watchNetwork(network);
  const { endpoints, demo } = network.file;
  client = await mqtt.connectAsync(endpoints.mqtt, {
    ...{ username: "any", password: demo.apiKey, reconnectPeriod: 500 },
  });
  client.on("message", (topic, payload) => {
    messages.set(topic, [...(messages.get(topic) ?? []), JSON.parse(payload.toString())]);
  });
  const granted = await client.subscribeAsync(["application/#", "v3/#"], { qos: 1 });
  expect(granted.map(({ qos }) => qos)).toEqual([1, 1]);
  valve = await radio({ name: "valve", devEui: "02577761796d0f01", profile: { copies: 2 } });
  expect(await joins(valve)).toBe(true);
}, 240_000);

afterAll(async () => {
  await valve?.close();
  await client?.endAsync();
  await watch?.close();
  await network?.end({ keep: KEEP });
}, 60_000);

function radio(options: Omit<OwnRadioOptions, "file">): Promise<OwnRadio> {
  return startOwnRadio({ file: network.file, ...options });
}

async function joins({ device }: OwnRadio): Promise<boolean> {
  for (let i = 0; i < 5; i++) if (await device.join()) return true;
  return false;
}

function messageOn(topic: string, isIt: (message: never) => boolean = () => true): Promise<unknown> {
  return until(`A message on ${topic}`, TOLD_MS, async () => (messages.get(topic) as never[])?.find(isIt) ?? null);
}

function told<E extends LorawanEvent = LorawanEvent>(of: OwnRadio, isIt: (event: LorawanEvent) => boolean): Promise<E> {
  return until("An event", TOLD_MS, async () => ((await of.events()).find(isIt) as E | undefined) ?? null);
}

const isUplink = (data: string) => (event: LorawanEvent) =>
  event.type === "up" && Buffer.from(event.data, "base64").toString() === data;
const uplinksOf = (events: readonly LorawanEvent[]) => events.filter((event) => event.type === "up");

/** Sends one frame and waits until the customer has it. */
async function uplink(of: OwnRadio, data: string): Promise<UplinkEvent> {
  await of.device.send({ payload: Buffer.from(data), fPort: 2 });
  return told<UplinkEvent>(of, isUplink(data));
}

function demoUplinks(): number {
  const { applicationId, devEuis } = network.file.demo.lorawan!;
  const topics = devEuis.map((devEui) => `application/${applicationId}/device/${devEui}/event/up`);
  return topics.reduce((sum, topic) => sum + (messages.get(topic)?.length ?? 0), 0);
}

async function moreDemoUplinks(what: string): Promise<void> {
  const before = demoUplinks();
  await until(what, TOLD_MS, async () => (demoUplinks() > before ? true : null));
}

function api<T>(path: string, schema: z.ZodType<T>, body?: object, bearer = network.file.demo.apiKey): Promise<T> {
  const ask = body === undefined ? { bearer } : { bearer, method: "POST" as const, body };
  return fetchJson(`${network.file.endpoints.front}/v1/${path}`, schema, ask);
}

test(
  "an MQTT client reads decoded uplinks on ChirpStack's and The Things Stack's topics, and sends downlinks by both",
  async () => {
    const { applicationId, devEuis } = network.file.demo.lorawan!;
    const devEui = devEuis[0]!;
    const hasObject = ({ object }: { object?: unknown }) => object !== undefined;
    expect(await messageOn(`application/${applicationId}/device/${devEui}/event/up`, hasObject)).toMatchObject({
      deviceInfo: { applicationId, devEui },
      object: { temperature_1: expect.any(Number) as number },
    });
    const isDecoded = ({ uplink_message: { decoded_payload } }: { uplink_message: { decoded_payload?: unknown } }) =>
      decoded_payload !== undefined;
    expect(await messageOn(`v3/${applicationId}/devices/${devEui}/up`, isDecoded)).toMatchObject({
      uplink_message: { decoded_payload: { temperature_1: expect.any(Number) as number } },
    });

    const chirpstack = `application/${valve.applicationId}/device/${valve.devEui}`;
    const open = { devEui: valve.devEui, confirmed: true, fPort: 10, data: Buffer.from("open").toString("base64") };
    await client.publishAsync(`${chirpstack}/command/down`, JSON.stringify(open), { qos: 1 });
    await valve.device.send({ payload: Buffer.from([1]), fPort: 2 });
    expect(await messageOn(`${chirpstack}/event/ack`)).toMatchObject({ acknowledged: true });

    const tts = `v3/${valve.applicationId}/devices/${valve.devEui}/down`;
    const shut = { f_port: 11, frm_payload: Buffer.from("shut").toString("base64"), confirmed: true };
    await client.publishAsync(`${tts}/push`, JSON.stringify({ downlinks: [shut] }), { qos: 1 });
    await valve.device.send({ payload: Buffer.from([2]), fPort: 2 });
    const isSecond = ({ downlink_ack: { f_cnt } }: { downlink_ack: { f_cnt: number } }) => f_cnt > 0;
    expect(await messageOn(`${tts}/ack`, isSecond)).toMatchObject({ downlink_ack: { confirmed: true } });
    const commands = valve.downlinks.filter(({ fPort }) => fPort === 10 || fPort === 11);
    expect(commands.map(({ payload }) => payload.toString())).toEqual(["open", "shut"]);
    const anothers = client.subscribeAsync(`application/${"0".repeat(8)}/device/+/event/up`);
    await expect(anothers).rejects.toThrow(/refused|failure|unspecified/i);
  },
  TWICE_TOLD_MS,
);

test(
  "a webhook has a valid signature, and is sent again after its receiver failed",
  async () => {
    const { applicationId } = network.file.demo.lorawan!;
    const receiver = await startWebhookReceiver(2);
    const { url, received } = receiver;
    try {
      const made = z.object({ id: z.string(), secret: z.string() });
      const { id, secret } = await api("wireless/webhooks", made, { applicationId, url, types: ["up"] });
      const state = z.looseObject({ delivered: z.number(), failed: z.number(), deadLetters: z.number() });
      await until("What failed coming again, and one more", TWICE_TOLD_MS / 2, async () => {
        const taken = received.slice(2);
        const isAgain = ({ id: failed }: { readonly id: string }) => taken.some((each) => each.id === failed);
        return taken.length >= 3 && received.slice(0, 2).every(isAgain) ? true : null;
      });
      expect(await api(`wireless/webhooks/${id}`, state)).toMatchObject({ failed: 2, deadLetters: 0 });
      for (const delivery of received) {
        expect(isSigned(delivery, secret)).toBe(true);
        expect(isSigned({ ...delivery, body: `${delivery.body} ` }, secret)).toBe(false);
        expect(JSON.parse(delivery.body)).toMatchObject({ type: "up", applicationId });
      }
      // What failed came again, byte for byte under its own id; nothing was left out.
      const ids = received.map((each) => each.id);
      for (const failed of received.slice(0, 2)) {
        const again = received.slice(2).find((each) => each.id === failed.id);
        expect(again?.body).toBe(failed.body);
      }
      expect(new Set(ids.slice(2)).size).toBe(ids.length - 2);
    } finally {
      receiver.close();
    }
  },
  TWICE_TOLD_MS,
);

test("a stream of events goes on where it broke off: none is left out, none comes twice", async () => {
  const take = async (count: number, after: number): Promise<StreamedEvent[]> => {
    const stop = new AbortController();
    const taken: StreamedEvent[] = [];
    for await (const streamed of eventStream(network.file, { signal: stop.signal, after })) {
      taken.push(streamed);
      if (taken.length === count) break;
    }
    stop.abort();
    return taken;
  };
  const first = await take(3, 0);
  const rest = await take(3, first.at(-1)!.position);
  const page = z.object({ events: z.array(z.object({ position: z.number(), event: z.looseObject({}) })) });
  const { events } = await api("wireless/events?order=oldest-first&after=0&limit=6", page);
  expect([...first, ...rest].map(({ position }) => position)).toEqual(events.map(({ position }) => position));
}, 60_000);

test(
  "a script that never ends costs its own customer an error by name, and nobody else anything",
  async () => {
    const decoder = { kind: "javascript", source: "function decodeUplink(input) { for (;;) {} }" };
    const looping = await radio({ name: "looping", devEui: "02577761796d0f02", profile: { copies: 1, decoder } });
    try {
      expect(await joins(looping)).toBe(true);
      const event = await uplink(looping, "loop");
      expect(event.object).toBeNull();
      expect(event.errors).toMatchObject([{ code: "decoder-timeout" }]);
      await moreDemoUplinks("Others' uplinks going on");
    } finally {
      await looping.close();
    }
  },
  TWICE_TOLD_MS,
);

test(
  "a device imported from The Things Stack goes on without joining",
  async () => {
    const [devEui, devAddr] = ["70b3d57ed0050001", "01abcdef"];
    const { text, activation } = ttsDevice({ devEui, devAddr });
    const { id: applicationId } = await api("wireless/applications", z.object({ id: z.string() }), { name: "imports" });
    const report = z.looseObject({ created: z.array(z.looseObject({})), skipped: z.array(z.unknown()) });
    const request = { format: "tts-json", text, applicationId };
    const { created, skipped } = await api("wireless/imports", report, request);
    expect({ created, skipped }).toMatchObject({ created: [{ devEui, withSession: true }], skipped: [] });
    const imported = await radio({ name: "imported", devEui, profile: { applicationId, activation } });
    try {
      expect(await uplink(imported, "still here")).toMatchObject({ fCnt: activation.fCntUp, devAddr });
    } finally {
      await imported.close();
    }
  },
  TWICE_TOLD_MS,
);

test(
  "hostile datagrams are counted by name, and stop nothing",
  async () => {
    await sendDatagrams(gwmpPort(network.file, 1), hostileDatagrams());
    const drops = z.record(z.string(), z.number());
    const status = z.looseObject({
      wireless: z.looseObject({
        agents: z.array(
          z.looseObject({
            device: z.string(),
            drops,
            gateways: z.array(z.looseObject({ eui: z.string(), drops })).nullable(),
          }),
        ),
      }),
    });
    const device = deviceId(network, "gateway-1");
    const counted = await until("The front knowing of it", TOLD_MS, async () => {
      const { agents } = (await api("status", status)).wireless;
      const agent = agents.find((each) => each.device === device);
      const hostile = agent?.gateways?.find((gateway) => gateway.eui === HOSTILE_EUI);
      return agent === undefined || hostile === undefined ? null : { agent: agent.drops, gateway: hostile.drops };
    });
    expect(counted).toMatchObject(HOSTILE_COUNTS);
    expect((await uplink(valve, "after hostile")).heardBy.map((by) => by.device)).toContain(device);
    expect(network.crashes).toEqual([]);
  },
  TWICE_TOLD_MS,
);

test(
  "out of balance: uplinks are held, said so, delivered after a top-up, and each is billed once",
  async () => {
    const { adminKey } = network.file;
    const { id: customer } = await api("customers", z.object({ id: z.string() }), { name: "poor" }, adminKey);
    const key = z.object({ secret: z.string() });
    const { secret: apiKey } = await api(`customers/${customer}/keys`, key, { name: "first" }, adminKey);
    const topUp = (microUsd: string, reference: string) =>
      api("topups", z.looseObject({ booked: z.literal(true) }), { customer, microUsd, reference }, adminKey);
    // A join and its answer, and three uplinks with their margin.
    await topUp("72", "first");
    const poor = await radio({ name: "poor", devEui: "02577761796d0f03", profile: { copies: 1 }, apiKey });
    try {
      expect(await joins(poor)).toBe(true);
      let sent = 0;
      const send = () => poor.device.send({ payload: Buffer.from(`held ${sent++}`), fPort: 2 });
      const refusal = await until("The money running out", TOLD_MS, async () => {
        await send();
        return (await poor.events()).find((event) => event.type === "error") ?? null;
      });
      expect(refusal).toMatchObject({ code: "out-of-balance", facts: { heldUplinks: 1 } });
      for (let i = 0; i < 3; i++) await send();
      const before = uplinksOf(await poor.events()).length;
      expect(before).toBeLessThan(sent);
      await topUp("1000000", "second");
      const events = await until("Held uplinks delivered", TOLD_MS, async () => {
        const now = await poor.events();
        return now.some(isUplink(`held ${sent - 1}`)) ? now : null;
      });
      // In their order, each once; what waited says so.
      const own = uplinksOf(events).filter(({ fPort }) => fPort === 2);
      expect(own.map(({ data }) => Buffer.from(data, "base64").toString())).toEqual(
        Array.from({ length: sent }, (_, i) => `held ${i}`),
      );
      const late = own.filter(({ errors }) => errors.some(({ code }) => code === "delivered-late"));
      expect(late.length).toBeGreaterThanOrEqual(3);
      const line = await until("The bill", TOLD_MS, async () => {
        const bill = await wirelessBill(network.file, poor.applicationId, apiKey);
        const found = bill.find(({ act }) => act === "wireless.uplink");
        return found !== undefined && found.receipts.devicePicoUsd >= paidByEvents(events) ? found : null;
      });
      expect(line.receipts.devicePicoUsd).toBe(paidByEvents(await poor.events()));
    } finally {
      await poor.close();
    }
  },
  TWICE_TOLD_MS,
);

test(
  "an epoch with coverage is verified, and an altered answer in a bundle is found and named",
  async () => {
    const devices = [1, 2].map((index) => deviceId(network, `gateway-${index}`));
    const settled = await until("An epoch with coverage", 8 * EPOCH_MS, async () => {
      const epochs = await watch.settled(0);
      return epochs.findLast((each) => devices.every((id) => (rowOf(each, id)?.units ?? 0n) > 0n)) ?? null;
    });
    const { epoch } = settled.posted;
    const { network: chain } = network.file;
    const report = await verifyReport(chain, epoch, { mode: "full" });
    expect(report.checks.flatMap(({ differences }) => differences)).toEqual([]);
    expect(report.ok).toBe(true);
    const about = report.verification!.computed.explanations.filter(({ kind }) => kind === KIND_NUMBERS.wireless);
    const beacon = about.find(({ code }) => code === "beacon-counted")!.facts["beacon"] as string;

    const file = network.state.path("verifiers", "1", "bundles", String(epoch), "answers.parquet");
    const genuine = await readFile(file);
    const offset = genuine.indexOf(Buffer.from(beacon.slice(2), "hex"));
    expect(offset).toBeGreaterThan(0);
    const altered = Buffer.from(genuine);
    altered[offset]! ^= 1;
    await writeFile(file, altered);
    const after = await verifyReport(chain, epoch, { mode: "bundles" });
    await writeFile(file, genuine);
    expect(after.ok).toBe(false);
    expect(after.checks.flatMap(({ differences }) => differences).join("\n")).toContain("answers.parquet");
    expect((await verifyReport(chain, epoch, { mode: "bundles" })).ok).toBe(true);
  },
  10 * EPOCH_MS,
);

test(
  "kill -9 of a gateway's agent: the other one goes on, and it comes back",
  async () => {
    const [lost, other] = [1, 2].map((index) => deviceId(network, `gateway-${index}`)) as [string, string];
    expect((await uplink(valve, "before")).heardBy.map(({ device }) => device).sort()).toEqual([lost, other].sort());
    await network.kill("gateway-1");
    expect((await uplink(valve, "without it")).heardBy.map(({ device }) => device)).toEqual([other]);
    await network.startGateway(1);
    expect(deviceId(network, "gateway-1")).toBe(lost);
    let tries = 0;
    await until("Its uplinks reaching the front again", TOLD_MS, async () => {
      const { heardBy } = await uplink(valve, `back ${tries++}`);
      return heardBy.some(({ device }) => device === lost) ? true : null;
    });
    await expectBilledOnce(network.file, valve, 2);
  },
  TWICE_TOLD_MS,
);

test(
  "kill -9 of the front: devices go on without joining, and what was heard before is refused as a replay",
  async () => {
    const { devAddr } = valve.device;
    const at = valve.recorded.length;
    const before = await uplink(valve, "recorded");
    await uplink(valve, "and one after it");
    await network.kill("front");
    await network.startFront();
    let tries = 0;
    const after = await until("An uplink after the restart", TOLD_MS, async () => {
      const data = `restarted ${tries++}`;
      await valve.device.send({ payload: Buffer.from(data), fPort: 2 });
      await pause(1_000);
      return (await valve.events()).find(isUplink(data)) ?? null;
    });
    expect(after).toMatchObject({ devAddr });
    expect((after as UplinkEvent).fCnt).toBeGreaterThan(before.fCnt);
    expect(valve.device.devAddr).toBe(devAddr);
    const known = uplinksOf(await valve.events()).length;
    await until("The replay refused", REPLAY_TOLD_MS, async () => {
      await sendDatagrams(gwmpPort(network.file, 2), [pushDatagram(STRANGER_EUI, [valve.recorded[at]!])]);
      const events = await valve.events();
      return events.some((event) => event.type === "error" && event.code === "replayed-counter") ? true : null;
    });
    expect(uplinksOf(await valve.events()).length).toBe(known);
    await moreDemoUplinks("The MQTT client connecting again, and the demo's devices going on");
    await expectBilledOnce(network.file, valve, 2);
    expect(network.crashes).toEqual([]);
  },
  2 * TWICE_TOLD_MS,
);

test(
  "the front's database dropped: after recovery devices go on without joining, and nothing is answered or billed anew",
  async () => {
    const { devEui, device, applicationId } = valve;
    const { devAddr } = device;
    const queue = z.object({ downlinks: z.array(z.looseObject({ data: z.string() })) });
    const hooks = z.object({ webhooks: z.array(z.looseObject({ id: z.string(), url: z.string() })) });
    const at = valve.recorded.length;
    const before = await uplink(valve, "before the loss");
    const { id: webhook } = await api("wireless/webhooks", z.looseObject({ id: z.string() }), {
      ...{ applicationId, url: "http://127.0.0.1:9/nobody", types: ["join"] },
    });
    const data = Buffer.from("queued before").toString("base64");
    await api(`wireless/devices/${devEui}/queue`, z.looseObject({}), { fPort: 9, data });
    const counterBefore = Math.max(...valve.downlinks.map(({ fCnt }) => fCnt), 0);

    expect(await loseFrontDatabase(network)).toBe("waits to be recovered");
    await expect(api(`wireless/devices/${devEui}/queue`, queue)).rejects.toThrow();
    const counts = z.record(z.string(), z.number());
    const { parts } = await recoverFront(network, z.looseObject({ parts: z.record(z.string(), counts) }));
    expect(parts["lorawan"]).toMatchObject({ orphans: 0, downlinks: 1 });
    expect(parts["lorawan"]!["sessions"]).toBeGreaterThanOrEqual(4); // the demo's three, and this one
    expect((await api(`wireless/devices/${devEui}/queue`, queue)).downlinks).toMatchObject([{ data }]);
    expect((await api("wireless/webhooks", hooks)).webhooks.map(({ id }) => id)).toContain(webhook);
    // What came before is not in the log any more, and what comes is behind every position that anybody kept.
    expect(await valve.events()).toEqual([]);

    let tries = 0;
    const after = await until("An uplink after the recovery", TWICE_TOLD_MS, async () => {
      const text = `recovered ${tries++}`;
      await device.send({ payload: Buffer.from(text), fPort: 2 });
      await pause(1_000);
      return ((await valve.events()).find(isUplink(text)) as UplinkEvent | undefined) ?? null;
    });
    expect(after).toMatchObject({ devAddr });
    expect(after.fCnt).toBeGreaterThan(before.fCnt);
    expect(device.devAddr).toBe(devAddr);
    const downlink = await until("The queued downlink", TOLD_MS, async () => {
      return valve.downlinks.find(({ fPort }) => fPort === 9) ?? null;
    });
    expect(Buffer.from(downlink.payload).toString()).toBe("queued before");
    expect(downlink.fCnt).toBeGreaterThanOrEqual(counterBefore + DOWNLINK_COUNTERS_SKIPPED);
    await until("The replay refused", REPLAY_TOLD_MS, async () => {
      await sendDatagrams(gwmpPort(network.file, 2), [pushDatagram(STRANGER_EUI, [valve.recorded[at]!])]);
      const events = await valve.events();
      return events.some((event) => event.type === "error" && event.code === "replayed-counter") ? true : null;
    });
    expect((await valve.events()).filter(isUplink("before the loss"))).toEqual([]);
    await moreDemoUplinks("The demo's devices going on");
    expect(network.crashes).toEqual([]);
  },
  3 * TWICE_TOLD_MS,
);
