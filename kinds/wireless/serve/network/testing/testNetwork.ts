import type { Address } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { Modulation, RadioUplink } from "../../../model/radio.ts";
import type { DeviceSession, LorawanDevice } from "../../../model/device.ts";
import { NetworkServer, type NetworkOptions } from "../networkServer.ts";
import type { NetworkDependencies } from "../networkDependencies.ts";
import { EventList, MemoryBook, MemoryFleet, MemoryPurse, MemoryQueue } from "./memoryPorts.ts";
import { RadioDevice } from "./radioDevice.ts";
import { VirtualTimeline } from "./virtualTimeline.ts";

export const SF7: Modulation = { kind: "lora", spreadingFactor: 7, bandwidthHz: 125_000 };

export function agent(index: number): Address {
  return `0x${index.toString(16).padStart(40, "0")}`;
}

export interface Hearing {
  readonly agent?: number;
  readonly gatewayEui?: string;
  readonly snrDb?: number;
  readonly frequencyHz?: number;
  readonly modulation?: Modulation;
}

/** A whole network server over ports in memory, in virtual time. */
export class TestNetwork {
  readonly timeline = new VirtualTimeline();
  readonly book: MemoryBook;
  readonly queue = new MemoryQueue();
  readonly purse = new MemoryPurse();
  readonly fleet = new MemoryFleet(() => this.timeline.now());
  readonly events: EventList;
  readonly failures: object[] = [];
  readonly server: NetworkServer;
  #sequence = 1;
  #ids = 0;

  constructor(
    options: NetworkOptions = { deviceStatusEveryMs: null },
    given: { readonly book?: MemoryBook; readonly decode?: NetworkDependencies["decode"] } = {},
  ) {
    this.book = given.book ?? new MemoryBook();
    this.events = new EventList(this.book);
    const quiet = (): void => undefined;
    const log: Logger = { debug: quiet, info: quiet, warn: quiet, error: (fields) => this.failures.push(fields) };
    this.server = new NetworkServer(options, {
      ...{ book: this.book, queue: this.queue, purse: this.purse, fleet: this.fleet, log },
      sink: this.events,
      timeline: this.timeline,
      seedNow: () => `0x${"5e".repeat(32)}`,
      decode: given.decode ?? (() => Promise.resolve({ object: null, errors: [] })),
      newId: () => `event-${++this.#ids}`,
    });
  }

  /** A registered device, and its other side. */
  add(device: LorawanDevice, session: DeviceSession | null = null): RadioDevice {
    this.book.register(device, session);
    return new RadioDevice(device, session);
  }

  /** One gateway hears a frame. */
  hear(payload: Uint8Array, by: Hearing = {}): number {
    const index = by.agent ?? 1;
    const sequence = this.#sequence++;
    this.server.onCopy(agent(index), sequence, this.copy(payload, by));
    return sequence;
  }
  copy(payload: Uint8Array, by: Hearing = {}): RadioUplink {
    const index = by.agent ?? 1;
    return {
      payload,
      gatewayEui: by.gatewayEui ?? index.toString(16).padStart(16, "a"),
      frequencyHz: by.frequencyHz ?? 868_100_000,
      modulation: by.modulation ?? SF7,
      codingRate: "4/5",
      rssiDbm: -90,
      snrDb: by.snrDb ?? 5,
      context: Uint8Array.of(index, 2, 3, 4),
      receivedAtMs: this.timeline.now(),
    };
  }
  /** Three gateways hear a frame, and all that follows from it happens. */
  async exchange(payload: Uint8Array, by: Hearing = {}): Promise<void> {
    for (const index of [1, 2, 3]) this.hear(payload, { snrDb: index, ...by, agent: index });
    await this.timeline.pass(3_000);
  }
}
