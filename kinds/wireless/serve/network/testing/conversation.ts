import type { DeviceProfile, MacState } from "../../../model/device.ts";
import type { DownlinkMacCommand, UplinkMacCommand } from "../../../model/lorawan/macCommands.ts";
import { type RadioDevice, deviceOf, sessionOf } from "./radioDevice.ts";
import { type Hearing, TestNetwork } from "./testNetwork.ts";

/** One device and the network, turn by turn. */
export class Conversation {
  readonly network: TestNetwork;
  readonly radio: RadioDevice;
  readonly devEui: string;

  constructor(profile: Partial<DeviceProfile> = {}, mac: Partial<MacState> = {}, statusEveryMs: number | null = null) {
    this.network = new TestNetwork({ deviceStatusEveryMs: statusEveryMs });
    const device = deviceOf(1, profile);
    this.devEui = device.devEui;
    this.radio = this.network.add(device, sessionOf(device, 1, mac));
  }
  get mac(): MacState {
    return this.network.book.session(this.devEui)!.mac;
  }
  setProfile(changed: Partial<DeviceProfile>): void {
    const device = this.network.book.device(this.devEui)!;
    this.network.book.devices.set(this.devEui, { ...device, profile: { ...device.profile, ...changed } });
  }
  /** @returns the commands that the device is told in answer. */
  async say(
    fields: { mac?: readonly UplinkMacCommand[]; adr?: boolean } = {},
    by: Hearing = {},
  ): Promise<readonly DownlinkMacCommand[]> {
    const before = this.network.fleet.sent.length;
    await this.network.exchange(this.radio.uplink(fields), by);
    return this.network.fleet.sent
      .slice(before)
      .flatMap(({ downlink }) => [...this.radio.hear(downlink.payload).commands]);
  }
}
