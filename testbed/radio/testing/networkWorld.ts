import type { Address } from "@wayleave/core/ids";
import type { DeviceProfile, RegionName } from "@wayleave/kind-wireless/model/device";
import type { DownlinkOutcome, RadioDownlink } from "@wayleave/kind-wireless/model/radio";
import { NetworkServer } from "@wayleave/kind-wireless/serve/network/networkServer";
import {
  EventList,
  MemoryBook,
  MemoryPurse,
  MemoryQueue,
} from "@wayleave/kind-wireless/serve/network/testing/memoryPorts";
import { deviceOf } from "@wayleave/kind-wireless/serve/network/testing/radioDevice";
import { Air, type AirRadio, type Transmission } from "../air.ts";
import { EndDevice } from "../endDevice.ts";
import type { EndDeviceOptions } from "../endDeviceOptions.ts";
import { VirtualRadioTime } from "../radioTime.ts";

/** What is lost on the air, frame by frame. */
export interface Losses {
  readonly uplink: () => boolean;
  readonly downlink: () => boolean;
}
const NO_LOSSES: Losses = { uplink: () => false, downlink: () => false };

const AGENT: Address = `0x${"ab".repeat(20)}`;
const EUI = "aa555a0000000101";
const HERE = { latitude: 52.5, longitude: 13.4 };
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
/** Both sides' promises get their turn between two steps of time. */
const STEP_US = 20_000;

function network(time: VirtualRadioTime, air: Air, losses: Losses, emitted: (transmission: Transmission) => void) {
  const [book, queue, purse] = [new MemoryBook(), new MemoryQueue(), new MemoryPurse()];
  const events = new EventList(book);
  let sequence = 0;
  let ids = 0;
  const antenna: AirRadio = {
    ...{ id: "antenna", position: HERE, antennaGainDb: 3, receiver: "sx1302" },
    listensTo: ({ inverted }) => !inverted && !losses.uplink(),
    receive({ transmission, rssiDbm, snrDb }) {
      const context = Buffer.alloc(8);
      context.writeDoubleBE(transmission.endUs);
      const { payload, frequencyHz, modulation, codingRate } = transmission;
      const receivedAtMs = time.nowUs() / 1_000;
      const heard = { payload, frequencyHz, modulation, codingRate, rssiDbm, snrDb, context, receivedAtMs };
      server.onCopy(AGENT, sequence++, { ...heard, gatewayEui: EUI });
    },
  };
  const send = async (_device: Address, { timing, powerDbm, ...frame }: RadioDownlink) => {
    const from = timing === null ? time.nowUs() : Buffer.from(timing.context).readDoubleBE();
    const startUs = from + (timing?.delayMs ?? 0) * 1_000;
    const outcome: DownlinkOutcome = startUs < time.nowUs() ? "too-late" : "sent";
    const emission = { ...frame, eirpDbm: powerDbm, inverted: true, startUs };
    if (outcome === "sent") {
      time.at(startUs, () => {
        if (!losses.downlink()) emitted(air.transmit(antenna, emission));
      });
    }
    return { outcome, sequence: sequence++ };
  };
  const server: NetworkServer = new NetworkServer(
    {},
    {
      ...{ book, queue, purse, fleet: { send }, sink: events, log: SILENT },
      timeline: {
        now: () => 1_800_000_000_000 + time.nowUs() / 1_000,
        monotonicMs: () => time.nowUs() / 1_000,
        after: (delayMs, task) => time.at(time.nowUs() + delayMs * 1_000, task),
      },
      seedNow: () => `0x${"11".repeat(32)}`,
      decode: async () => ({ object: null, errors: [] }),
      newId: () => `event-${ids++}`,
    },
  );
  air.join(antenna);
  return { server, book, queue, events };
}

/** The network server and one end device that shares no code with it, over the simulated air. */
export function networkWorld(
  region: RegionName,
  profile: Partial<DeviceProfile> = {},
  options: Partial<EndDeviceOptions> = {},
  losses: Losses = NO_LOSSES,
) {
  const time = new VirtualRadioTime();
  const air = new Air({ time });
  /** Sent where or when the device did not listen. */
  const missed: Transmission[] = [];
  const sent: Transmission[] = [];
  const { server, book, queue, events } = network(time, air, losses, (transmission) => {
    sent.push(transmission);
    if (!device.listensTo(transmission)) missed.push(transmission);
  });
  const registered = deviceOf(1, { region, ...profile });
  book.register(registered);
  const received: string[] = [];
  const { devEui, joinEui, appKey } = registered;
  const device: EndDevice = new EndDevice(
    {
      ...{ devEui, position: { latitude: 52.502, longitude: 13.4 }, region, deviceClass: "A", ...options },
      activation: { kind: "otaa", joinEui, appKey: appKey! },
      onDownlink: ({ fPort, payload }) => fPort !== null && fPort > 0 && received.push(payload.toString()),
    },
    { air },
  );
  /** Waits for a promise while time passes. */
  const pass = async <T>(what: Promise<T>): Promise<T> => {
    let done = false;
    void what.finally(() => (done = true));
    for (let steps = 0; !done && steps < 20_000; steps++) {
      time.runFor(STEP_US);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return what;
  };
  const rest = (seconds: number) =>
    pass(new Promise<void>((resolve) => time.at(time.nowUs() + seconds * 1e6, resolve)));
  const setProfile = (changed: Partial<DeviceProfile>): void => {
    const { profile: before, ...rest } = book.device(devEui)!;
    book.devices.set(devEui, { ...rest, profile: { ...before, ...changed } });
  };
  return { device, devEui, server, book, queue, events, received, sent, missed, pass, rest, setProfile };
}
