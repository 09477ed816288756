import { connect, type Socket } from "node:net";
import mqtt, { type MqttClient } from "mqtt";
import { afterEach, describe, expect, test } from "vitest";
import { WayleaveError } from "@wayleave/core/errors";
import type { UplinkEvent } from "../../model/events.ts";
import type { DownlinkCommand } from "./downlinkCommand.ts";
import type { LoggedEvent } from "./eventLog.ts";
import { type MqttBroker, type MqttLimits, startMqttBroker } from "./mqtt.ts";
import { movedClock, sampleUplink, silentLog, until } from "./testing/sampleEvents.ts";

const KEYS: Record<string, string> = { "key-alice": "alice", "key-bob": "bob", "key-alice-readonly": "alice" };
const APPLICATIONS: Record<string, string> = { meters: "alice", garden: "alice", barn: "bob" };

let position = 0;
function logged(customer: string, changes: Partial<UplinkEvent> = {}): LoggedEvent {
  const event = sampleUplink(changes);
  return { customer, event, position: ++position, json: JSON.stringify(event) };
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Rig {
  readonly broker: MqttBroker;
  readonly commands: { customer: string; command: DownlinkCommand }[];
  readonly keys: Record<string, string>;
  failWith: Error | null;
  client(key: string, id?: string): Promise<Listening>;
}
interface Listening {
  readonly client: MqttClient;
  readonly got: { topic: string; json: Record<string, unknown> }[];
}

async function rig(limits: Partial<MqttLimits> = {}): Promise<Rig> {
  const commands: Rig["commands"] = [];
  const keys = { ...KEYS };
  const self: { failWith: Error | null } = { failWith: null };
  const broker = await startMqttBroker(
    { host: "127.0.0.1", port: 0, limits },
    {
      authenticate: (_, password) =>
        Promise.resolve(
          keys[password] === undefined ? null : { customer: keys[password], mayWrite: !password.endsWith("-readonly") },
        ),
      owns: (customer, application) => APPLICATIONS[application] === customer,
      enqueue(customer, command) {
        if (self.failWith !== null) return Promise.reject(self.failWith);
        commands.push({ customer, command });
        return Promise.resolve();
      },
      clock: movedClock(),
      log: silentLog,
    },
  );
  closers.push(() => broker.close());
  return Object.assign(self, {
    ...{ broker, commands, keys },
    async client(key: string, id = `c${++position}`): Promise<Listening> {
      const url = `mqtt://127.0.0.1:${broker.port}`;
      const client = await mqtt.connectAsync(url, { username: "x", password: key, clientId: id, reconnectPeriod: 0 });
      client.on("error", () => undefined);
      closers.push(() => client.endAsync(true));
      const got: Listening["got"] = [];
      client.on("message", (topic, payload) => {
        got.push({ topic, json: JSON.parse(payload.toString()) as Record<string, unknown> });
      });
      return { client, got };
    },
  });
}

describe("the MQTT broker", () => {
  test("publishes an uplink as ChirpStack and as The Things Stack do", async () => {
    const { broker, client } = await rig();
    const { client: mine, got } = await client("key-alice");
    await mine.subscribeAsync(["application/+/device/+/event/+", "v3/meters/devices/+/up"], { qos: 1 });
    broker.deliver([logged("alice")]);
    await until(() => got.length === 2, "two messages");
    expect(got[0]).toMatchObject({
      topic: "application/meters/device/70b3d57ed0000007/event/up",
      json: {
        deduplicationId: sampleUplink().id,
        time: "2026-01-05T10:00:00.000Z",
        deviceInfo: { applicationId: "meters", deviceName: "meter 7", devEui: "70b3d57ed0000007" },
        ...{ devAddr: "26011f22", adr: true, dr: 5, fCnt: 41, fPort: 2, confirmed: false, data: "AQI=" },
        object: { temperature: 21.5 },
        rxInfo: [{ gatewayId: "b827ebfffe000001", rssi: -101, snr: 7.5, metadata: { paid_micro_usd: "10" } }],
        txInfo: { frequency: 868_100_000, modulation: { lora: { bandwidth: 125_000, spreadingFactor: 7 } } },
      },
    });
    expect(got[1]).toMatchObject({
      topic: "v3/meters/devices/70b3d57ed0000007/up",
      json: {
        end_device_ids: { application_ids: { application_id: "meters" }, dev_addr: "26011F22" },
        uplink_message: {
          ...{ f_port: 2, f_cnt: 41, frm_payload: "AQI=", decoded_payload: { temperature: 21.5 } },
          rx_metadata: [{ gateway_ids: { eui: "B827EBFFFE000001" }, rssi: -101, snr: 7.5 }],
          settings: { data_rate: { lora: { spreading_factor: 7 } }, frequency: "868100000" },
        },
      },
    });
  });

  test("shows nobody another customer's events, whatever is subscribed to", async () => {
    const { broker, client } = await rig();
    const alice = await client("key-alice");
    const bob = await client("key-bob");
    const wildcards = ["#", "+/#", "+/+/+/+/+/+", "application/+/device/+/event/up", "v3/+/devices/+/#", "v3/#"];
    await bob.client.subscribeAsync(wildcards, { qos: 1 });
    await alice.client.subscribeAsync("#", { qos: 1 });
    for (const filter of [
      "application/meters/#",
      "v3/meters/devices/+/up",
      "$SYS/#",
      "$share/g/application/meters/#",
    ]) {
      await expect(bob.client.subscribeAsync(filter), filter).rejects.toThrow();
    }
    broker.deliver([logged("alice"), logged("alice", { applicationId: "garden" })]);
    broker.deliver([logged("bob", { applicationId: "barn" })]);
    await until(() => alice.got.length === 4 && bob.got.length === 2, "everybody's own events");
    expect(new Set(bob.got.map(({ topic }) => topic.split("/")[1]))).toEqual(new Set(["barn"]));
    expect(new Set(alice.got.map(({ topic }) => topic.split("/")[1]))).toEqual(new Set(["meters", "garden"]));
  });

  test("clients see nothing that clients publish, and cannot publish events", async () => {
    const { broker, client, commands } = await rig();
    const alice = await client("key-alice");
    const bob = await client("key-bob");
    await alice.client.subscribeAsync("#", { qos: 1 });
    await bob.client.publishAsync("application/meters/device/70b3d57ed0000007/event/up", "{}", {
      qos: 1,
      retain: true,
    });
    await bob.client.publishAsync("application/meters/device/70b3d57ed0000007/command/down", "{}", { qos: 1 });
    await bob.client.publishAsync("v3/meters/devices/70b3d57ed0000007/down/push", '{"downlinks":[]}', { qos: 1 });
    expect(broker.refusals["topic-refused"]).toBe(3);
    expect(commands).toEqual([]);
    broker.deliver([logged("alice", { id: "last" })]);
    await until(() => alice.got.length === 2, "the event");
    expect(alice.got[0]!.json["deduplicationId"]).toBe("last");
    const later = await client("key-alice");
    await later.client.subscribeAsync("#", { qos: 1 });
    broker.deliver([logged("alice")]);
    await until(() => later.got.length === 2, "no retained message");
  });

  test("the same client id of two customers is two clients", async () => {
    const { broker, client } = await rig();
    const alice = await client("key-alice", "same");
    await alice.client.subscribeAsync("#");
    await client("key-bob", "same");
    broker.deliver([logged("alice")]);
    await until(() => alice.got.length === 2, "alice is still connected");
  });

  test("takes downlinks in both dialects, durable before they are acknowledged, and says why not", async () => {
    const state = await rig();
    const { client, got } = await state.client("key-alice");
    await client.subscribeAsync(["application/#", "v3/#"]);
    const topic = "application/meters/device/70b3d57ed0000007/command/down";
    await client.publishAsync(topic, JSON.stringify({ fPort: 3, data: "AQ==", confirmed: true }), { qos: 1 });
    const down = { downlinks: [{ f_port: 4, frm_payload: "Ag==" }] };
    await client.publishAsync("v3/meters/devices/70b3d57ed0000007/down/replace", JSON.stringify(down), { qos: 1 });
    expect(
      state.commands.map(({ customer, command }) => [customer, command.operation, command.downlinks[0]!.fPort]),
    ).toEqual([
      ["alice", "push", 3],
      ["alice", "replace", 4],
    ]);
    state.failWith = new WayleaveError("device-not-found", "You have no such device", { devEui: "70b3d57ed0000007" });
    await client.publishAsync(topic, JSON.stringify({ fPort: 3, data: "AQ==" }), { qos: 1 });
    await client.publishAsync(topic, "not json", { qos: 0 });
    await until(() => got.length === 4, "two failures, each in both dialects");
    expect(got.map(({ json }) => json["code"]).filter((code) => code !== undefined)).toEqual([
      "device-not-found",
      "downlink-invalid",
    ]);
    expect(got[1]!.topic).toBe("v3/meters/devices/70b3d57ed0000007/down/failed");
  });

  test("a key that may only read gets events, and its downlinks are refused aloud", async () => {
    const state = await rig();
    const { client, got } = await state.client("key-alice-readonly");
    await client.subscribeAsync("application/meters/device/+/event/error");
    const topic = "application/meters/device/70b3d57ed0000007/command/down";
    await client.publishAsync(topic, JSON.stringify({ fPort: 3, data: "AQ==" }), { qos: 1 });
    await until(() => got.length === 1, "the refusal");
    expect(got[0]!.json).toMatchObject({ code: "scope-forbidden", context: { scope: "wireless:write" } });
    expect(state.commands).toEqual([]);
  });

  test("refuses wrong keys, too many connections and subscriptions, QoS 2 and MQTT 5", async () => {
    const { broker, client } = await rig({ connectionsPerCustomerMax: 2, subscriptionsPerClientMax: 3 });
    await expect(client("wrong")).rejects.toThrow(/not authorized/i);
    const first = await client("key-alice", "one");
    await client("key-alice", "two");
    await expect(client("key-alice", "three")).rejects.toThrow(/not authorized/i);
    await client("key-alice", "two");
    await first.client.subscribeAsync(["a", "b", "c"]);
    await expect(first.client.subscribeAsync("d")).rejects.toThrow();
    await first.client.unsubscribeAsync("a");
    await first.client.subscribeAsync("d");
    const closed = new Promise<void>((resolve) => void first.client.once("close", () => resolve()));
    first.client.publish("application/meters/device/70b3d57ed0000007/command/down", "{}", { qos: 2 });
    await closed;
    expect(broker.refusals).toMatchObject({ "login-refused": 1, "connections-of-customer": 1, "qos-2": 1 });
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const five = mqtt.connectAsync(url, {
      protocolVersion: 5,
      password: "key-alice",
      username: "x",
      reconnectPeriod: 0,
    });
    await expect(five).rejects.toThrow();
  });

  test("closes who sends too much at once or too often", async () => {
    const { broker, client } = await rig({ packetBytesMax: 1_000, packetsBurst: 20, packetsPerS: 1 });
    const large = await client("key-alice");
    const closed = new Promise<void>((resolve) => void large.client.once("close", () => resolve()));
    large.client.publish("x", Buffer.alloc(2_000));
    await closed;
    const flooding = await client("key-alice");
    const flooded = new Promise<void>((resolve) => void flooding.client.once("close", () => resolve()));
    for (let i = 0; i < 30; i++) flooding.client.publish("x", "");
    await flooded;
    expect(broker.refusals).toMatchObject({ "packet-too-large": 1, "packet-rate": 1 });
  });

  test("forgets clients whose key was revoked", async () => {
    const { broker, client, keys } = await rig({ reauthenticateMs: 20 });
    const { client: mine } = await client("key-alice");
    const closed = new Promise<void>((resolve) => void mine.once("close", () => resolve()));
    delete keys["key-alice"];
    await closed;
    expect(broker.refusals["key-revoked"]).toBe(1);
    await until(() => broker.connections === 0);
  });

  test("disconnects a consumer that does not read, and serves the others meanwhile", async () => {
    const { broker, client } = await rig({ outgoingBytesMax: 256 * 1024 });
    const fast = await client("key-bob");
    await fast.client.subscribeAsync("application/#", { qos: 1 });
    const slow = await rawSubscriber(broker.port, "key-alice", "application/#");
    slow.pause();
    const object = "x".repeat(8_000);
    const gone = new Promise((resolve) => slow.once("close", resolve));
    slow.on("error", () => undefined);
    for (let sent = 0; broker.refusals["slow-consumer"] === 0; sent++) {
      if (sent > 5_000) throw new Error("forty megabytes wait for a client that does not read");
      broker.deliver([logged("alice", { object }), logged("bob", { applicationId: "barn" })]);
      await new Promise((resolve) => setImmediate(resolve));
      if (sent % 100 === 99) await until(() => fast.got.length > sent, "the fast client's events");
    }
    slow.resume();
    await gone;
    expect(broker.connections).toBe(1);
  });
});

/** A client of which the test decides when it reads. */
async function rawSubscriber(port: number, key: string, filter: string): Promise<Socket> {
  const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
  const packet = (type: number, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([type, body.length]), body]);
  };
  const socket = connect(port, "127.0.0.1");
  let got = Buffer.alloc(0);
  socket.on("data", (chunk) => (got = Buffer.concat([got, chunk])));
  const login = [text("MQTT"), Buffer.from([4, 0xc2, 0, 60]), text("raw"), text("x"), text(key)];
  socket.write(packet(0x10, ...login));
  await until(() => got.length >= 4, "CONNACK");
  socket.write(packet(0x82, Buffer.from([0, 1]), text(filter), Buffer.from([1])));
  await until(() => got.length >= 9, "SUBACK");
  socket.removeAllListeners("data");
  return socket;
}
