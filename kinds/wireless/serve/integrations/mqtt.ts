import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";
import { WayleaveError } from "@wayleave/core/errors";
import type { Logger } from "@wayleave/core/kind";
import type { Clock } from "@wayleave/core/time";
import { WIRELESS_SCOPES } from "../api/wirelessRoute.ts";
import { chirpstackJson, chirpstackTopic } from "./chirpstackJson.ts";
import { CustomerTopics } from "./customerTopics.ts";
import { type CommandTopic, commandTopic, type DownlinkCommand, parseDownlinkCommand } from "./downlinkCommand.ts";
import type { Integration, LoggedEvent } from "./eventLog.ts";
import { PacketGuard } from "./packetGuard.ts";
import { ttsJson, ttsTopic } from "./ttsJson.ts";

export interface MqttOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly limits?: Partial<MqttLimits>;
}

export interface MqttLimits {
  /** Memory of a connection is some tens of KiB. */
  readonly connectionsMax: number;
  readonly connectionsPerCustomerMax: number;
  readonly subscriptionsPerClientMax: number;
  /** Of a packet from a client: 64 downlinks as JSON. */
  readonly packetBytesMax: number;
  readonly packetsPerS: number;
  readonly packetsBurst: number;
  /** What waits for a client that reads slower than its events come; beyond this it is disconnected. */
  readonly outgoingBytesMax: number;
  /** As well when it read nothing for so long. */
  readonly drainTimeoutMs: number;
  /** From the connection to CONNECT. */
  readonly connectTimeoutMs: number;
  /** A key that was revoked is noticed at the latest after this. */
  readonly reauthenticateMs: number;
}
export const MQTT_LIMITS: MqttLimits = {
  connectionsMax: 10_000,
  connectionsPerCustomerMax: 200,
  subscriptionsPerClientMax: 100,
  packetBytesMax: 64 * 1024,
  packetsPerS: 50,
  packetsBurst: 200,
  outgoingBytesMax: 4 * 1024 * 1024,
  drainTimeoutMs: 15_000,
  connectTimeoutMs: 10_000,
  reauthenticateMs: 60_000,
};

export interface MqttDeps {
  /** Both are hostile. Null: no such key, or it may not read events. `mayWrite`: it may send downlinks. */
  readonly authenticate: (
    user: string,
    password: string,
  ) => Promise<{ readonly customer: string; readonly mayWrite: boolean } | null>;
  /** From memory: whether the application is this customer's. */
  readonly owns: (customer: string, applicationId: string) => boolean;
  /** Resolves when the downlinks are durable: the client's PUBLISH is acknowledged then. @throws WayleaveError. */
  readonly enqueue: (customer: string, command: DownlinkCommand) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

export type MqttRefusal =
  | "login-refused"
  | "connections-of-customer"
  | "packet-too-large"
  | "packet-rate"
  | "packet-malformed"
  | "subscription-refused"
  | "subscriptions-of-client"
  | "topic-refused"
  | "downlink-refused"
  | "qos-2"
  | "slow-consumer"
  | "key-revoked";

export interface MqttBroker extends Integration {
  readonly port: number;
  readonly connections: number;
  readonly refusals: Readonly<Record<MqttRefusal, number>>;
  close(): Promise<void>;
}

/** Of the client objects of aedes 1.2, what its types leave out or call read-only. */
interface Client {
  id: string;
  readonly conn: Socket;
  readonly subscriptions: Readonly<Record<string, unknown>>;
}
interface Session {
  readonly customer: string;
  readonly mayWrite: boolean;
  readonly user: string;
  readonly password: string;
}

/**
 * An MQTT 3.1 and 3.1.1 broker in this process (aedes), on plain TCP. Customers log in with any user name and an API key
 * as the password; they get their own events on ChirpStack's and The Things Stack's topics and send downlinks by theirs.
 *
 * What it is not: MQTT 5 clients are refused with "unacceptable protocol version" (aedes 1.2 has no version 5); nothing is
 * retained; a session ends with its connection, whatever `clean` says, and no will is kept: who needs what came meanwhile
 * asks the event log; publishing at QoS 2 is refused, subscribing at QoS 2 gives QoS 1; clients do not see each other's
 * messages. QoS 1 events are sent once and not again on the same connection.
 */
export async function startMqttBroker(options: MqttOptions, deps: MqttDeps): Promise<MqttBroker> {
  const broker = new Broker({ ...MQTT_LIMITS, ...options.limits }, deps);
  await broker.listen(options);
  return broker;
}

class Broker implements MqttBroker {
  readonly name = "mqtt";
  readonly refusals: Record<MqttRefusal, number> = {
    ...{ "login-refused": 0, "connections-of-customer": 0, "packet-too-large": 0, "packet-rate": 0 },
    ...{ "packet-malformed": 0, "subscription-refused": 0, "subscriptions-of-client": 0, "topic-refused": 0 },
    ...{ "downlink-refused": 0, "qos-2": 0, "slow-consumer": 0, "key-revoked": 0 },
  };
  readonly #limits: MqttLimits;
  readonly #deps: MqttDeps;
  readonly #topics = new CustomerTopics();
  readonly #sessions = new Map<Client, Session>();
  readonly #sockets = new Set<Socket>();
  readonly #aedes: Aedes;
  readonly #server: Server;
  #recheck: NodeJS.Timeout | undefined;
  #counter = 0;

  constructor(limits: MqttLimits, deps: MqttDeps) {
    this.#limits = limits;
    this.#deps = deps;
    this.#aedes = this.#createAedes();
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = limits.connectionsMax;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#sessions.size;
  }

  async listen({ host, port }: MqttOptions): Promise<void> {
    await this.#aedes.listen();
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
    this.#recheck = setInterval(() => void this.#recheckKeys(), this.#limits.reauthenticateMs).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#recheck);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  deliver(batch: readonly LoggedEvent[]): void {
    for (const { customer, event } of batch) {
      if (!this.#topics.has(customer)) continue;
      this.#publish(customer, chirpstackTopic(event), () => chirpstackJson(event));
      const topic = ttsTopic(event);
      if (topic !== null) this.#publish(customer, topic, () => ttsJson(event));
    }
  }

  /** @param body - called only when somebody subscribed. */
  #publish(customer: string, topic: string, body: () => object): void {
    const subscribers = this.#topics.subscribers(customer, topic);
    if (subscribers.size === 0) return;
    const payload = Buffer.from(JSON.stringify(body()));
    const counted = { brokerId: this.#aedes.id, brokerCounter: ++this.#counter };
    for (const deliver of subscribers) {
      deliver({ cmd: "publish", topic, payload, qos: 1, retain: false, dup: false, ...counted }, nothing);
    }
  }

  #accept(socket: Socket): void {
    socket.setNoDelay(true);
    writeWhole(socket);
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    const guard = new PacketGuard(this.#limits, () => this.#deps.clock.monotonicMs());
    // aedes takes its bytes by read(): what it is given passes here first.
    const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
    socket.read = (size) => {
      const chunk = read(size);
      const fault = chunk === null ? null : guard.admit(chunk);
      if (fault === null) return chunk;
      this.refusals[fault]++;
      socket.destroy();
      return null;
    };
    this.#aedes.handle(socket);
  }

  #createAedes(): Aedes {
    const client = (of: unknown) => of as Client;
    const aedes = new Aedes({
      mq: this.#topics,
      connectTimeout: this.#limits.connectTimeoutMs,
      drainTimeout: this.#limits.drainTimeoutMs,
      // Packets before the login is checked: SUBSCRIBE of an eager client.
      queueLimit: 42,
      maxTopicLevels: 16,
      preConnect(_, packet, done) {
        packet.clean = true;
        delete packet.will;
        done(null, true);
      },
      authenticate: (of, user, password, done) => {
        void this.#logIn(client(of), user ?? "", password?.toString("utf8") ?? "").then(
          (accepted) => done(null, accepted),
          (error: unknown) => done(Object.assign(error as Error, { returnCode: 3 }), false),
        );
      },
      authorizeSubscribe: (of, subscription, done) => {
        const session = this.#sessions.get(client(of));
        const refusal = this.#subscriptionRefusal(client(of), session, subscription.topic);
        if (refusal !== null || session === undefined) {
          this.refusals[refusal ?? "subscription-refused"]++;
          return done(null, null);
        }
        this.#topics.subscribingAs(session.customer, () => done(null, subscription));
      },
      authorizePublish: (of, packet, done) => {
        const session = of === null ? undefined : this.#sessions.get(client(of));
        packet.retain = false;
        if (packet.qos === 2 || session === undefined) {
          this.refusals["qos-2"]++;
          return done(new Error("publishing at QoS 2 is not served"));
        }
        void this.#takeCommand(session, packet.topic, Buffer.from(packet.payload)).then(() => done());
      },
      authorizeForward: (of, packet) => {
        const { conn } = client(of);
        if (conn.writableLength <= this.#limits.outgoingBytesMax) return packet;
        if (!conn.destroyed) {
          this.refusals["slow-consumer"]++;
          conn.destroy();
        }
        return null;
      },
    });
    aedes.on("clientDisconnect", (of) => void this.#sessions.delete(client(of)));
    // Hostile clients' faults; without listeners they would be thrown.
    for (const event of ["clientError", "connectionError"] as const) {
      aedes.on(event, (_, error) => this.#deps.log.debug({ error: error.message }, "Closed an MQTT connection"));
    }
    return aedes;
  }

  async #logIn(client: Client, user: string, password: string): Promise<boolean> {
    const found = await this.#deps.authenticate(user, password);
    if (client.conn.destroyed) return false;
    if (found === null) {
      this.refusals["login-refused"]++;
      return false;
    }
    const { customer, mayWrite } = found;
    // A client may return before its old connection is seen as gone: that one is replaced, not counted.
    const id = `${customer}/${client.id}`;
    let others = 0;
    for (const [other, session] of this.#sessions) if (session.customer === customer && other.id !== id) others++;
    if (others >= this.#limits.connectionsPerCustomerMax) {
      this.refusals["connections-of-customer"]++;
      return false;
    }
    // Ids are one space in aedes: without this, one customer could take over or push out another's client.
    client.id = id;
    this.#sessions.set(client, { customer, mayWrite, user, password });
    client.conn.once("close", () => this.#sessions.delete(client));
    return true;
  }

  #subscriptionRefusal(client: Client, session: Session | undefined, filter: string): MqttRefusal | null {
    if (session === undefined || filter.startsWith("$")) return "subscription-refused";
    if (Object.keys(client.subscriptions).length >= this.#limits.subscriptionsPerClientMax) {
      return "subscriptions-of-client";
    }
    // Not what keeps events apart (the customers' own trees are), but a plain answer to a mistaken or curious client.
    const application = /^(?:application|v3)\/([^/+#@]+)/.exec(filter)?.[1];
    if (application === undefined || this.#deps.owns(session.customer, application)) return null;
    return "subscription-refused";
  }

  async #takeCommand({ customer, mayWrite }: Session, topic: string, payload: Uint8Array): Promise<void> {
    const where = commandTopic(topic);
    if (where === null || !this.#deps.owns(customer, where.applicationId)) {
      this.refusals["topic-refused"]++;
      return;
    }
    try {
      if (!mayWrite) {
        const scope = WIRELESS_SCOPES.write;
        throw new WayleaveError("scope-forbidden", "This key may not send downlinks", { scope });
      }
      await this.#deps.enqueue(customer, parseDownlinkCommand(where, payload));
    } catch (error) {
      this.refusals["downlink-refused"]++;
      this.#reportRefusedDownlink(customer, where, error);
    }
  }

  /** MQTT 3.1.1 cannot refuse a PUBLISH: whoever sent it finds the reason where the device's failures are. */
  #reportRefusedDownlink(customer: string, { applicationId, devEui }: CommandTopic, error: unknown): void {
    const known = error instanceof WayleaveError;
    if (!known) this.#deps.log.error({ error: String(error) }, "A downlink could not be queued");
    const code = known ? error.code : "internal-error";
    const description = known ? error.message : "The downlink could not be queued";
    const context = known ? Object.fromEntries(Object.entries(error.facts).map(([k, v]) => [k, String(v)])) : {};
    const time = new Date(this.#deps.clock.now()).toISOString();
    this.#publish(customer, `application/${applicationId}/device/${devEui}/event/error`, () => ({
      ...{ time, deviceInfo: { applicationId, devEui }, level: "ERROR", code, description, context },
    }));
    this.#publish(customer, `v3/${applicationId}/devices/${devEui}/down/failed`, () => ({
      end_device_ids: { device_id: devEui, application_ids: { application_id: applicationId } },
      received_at: time,
      downlink_failed: { error: { name: code, message_format: description, attributes: context } },
    }));
  }

  async #recheckKeys(): Promise<void> {
    for (const [client, { customer, user, password }] of [...this.#sessions]) {
      try {
        const found = await this.#deps.authenticate(user, password);
        if (found?.customer === customer) continue;
        this.refusals["key-revoked"]++;
        client.conn.destroy();
      } catch (error) {
        this.#deps.log.warn({ error: String(error) }, "Could not check the keys of MQTT connections");
        return;
      }
    }
  }
}

/**
 * aedes writes a packet in five pieces, and a burst of events in a thousand: handing the system each by itself costs three
 * times what copying all of them into one does.
 */
function writeWhole(socket: Socket): void {
  socket._writev = (pieces, done) => {
    const bytes = pieces.map(({ chunk, encoding }) =>
      typeof chunk === "string" ? Buffer.from(chunk, encoding) : (chunk as Buffer),
    );
    socket._write(Buffer.concat(bytes), "buffer" as BufferEncoding, done);
  };
}

const nothing = (): void => undefined;
