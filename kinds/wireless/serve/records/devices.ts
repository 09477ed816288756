import type { Pool } from "pg";
import { WayleaveError } from "@wayleave/core/errors";
import type { Clock } from "@wayleave/core/time";
import type { DeviceProfile, DeviceSession, MacState } from "../../model/device.ts";
import type { Eui64 } from "../../model/radio.ts";
import type { Catalog } from "./catalog.ts";
import { insertDevices } from "./deviceRows.ts";
import type { Downlinks } from "./downlinks.ts";
import type { GroupCommit } from "./groupCommit.ts";
import { appKeyContext, type KeySealer } from "./keySealer.ts";
import { KeySlab } from "./keySlab.ts";
import type { RecordIndex } from "./recordIndex.ts";
import { DeviceRecord, type GivenSession, type NewDevice, type RecordLimits } from "./records.ts";
import { putSessions } from "./sessionRows.ts";

/** Devices of one transaction when many are registered: some 20 ms in which no session is saved. */
const DEVICES_PER_TRANSACTION_MAX = 1_000;

export interface DeviceChanges {
  readonly name?: string;
  readonly joinEui?: Eui64;
  readonly applicationId?: string;
  readonly profileId?: string;
  readonly disabled?: boolean;
  readonly appKey?: Uint8Array | null;
}

export interface DevicesDeps {
  readonly pool: Pool;
  readonly index: RecordIndex;
  readonly commit: GroupCommit;
  readonly catalog: Catalog;
  readonly downlinks: Downlinks;
  readonly sealer: KeySealer;
  readonly limits: RecordLimits;
  readonly clock: Clock;
  /** What a device of this profile starts with, before any MAC command. */
  readonly newMacState: (profile: DeviceProfile) => MacState;
}

/** Customers' devices. A customer's name is in every question, and only its own is found. */
export class Devices {
  readonly #deps: DevicesDeps;
  readonly #slab = new KeySlab();
  /** MAC states are never changed, only replaced: devices of a profile start with the same one. */
  readonly #newMac = new WeakMap<DeviceProfile, MacState>();

  constructor(deps: DevicesDeps) {
    this.#deps = deps;
  }

  /** @throws WayleaveError `device-exists`, `…-limit-refused`, `application-not-found`, `profile-not-found`. */
  async create(customer: string, device: NewDevice): Promise<DeviceRecord> {
    const [outcome] = await this.createMany(customer, [device]);
    if (outcome instanceof WayleaveError) throw outcome;
    return outcome!;
  }

  /**
   * Registers many, a thousand in a transaction.
   * @param options.unlimited - for operators and benchmarks: no limit per customer.
   * @returns for each, in order, its record or why it was not registered.
   */
  async createMany(
    customer: string,
    devices: readonly NewDevice[],
    options: { readonly unlimited?: boolean } = {},
  ): Promise<(DeviceRecord | WayleaveError)[]> {
    const outcomes: (DeviceRecord | WayleaveError)[] = [];
    for (let at = 0; at < devices.length; at += DEVICES_PER_TRANSACTION_MAX) {
      const some = devices.slice(at, at + DEVICES_PER_TRANSACTION_MAX);
      outcomes.push(...(await this.#createSome(customer, some, options.unlimited === true)));
    }
    return outcomes;
  }

  #createSome(customer: string, devices: readonly NewDevice[], unlimited: boolean) {
    const { commit, index, sealer, clock } = this.#deps;
    return commit.run(
      async (client) => {
        const createdMs = clock.now();
        const claimed: Claimed = { devEuis: new Set(), joinEuis: new Set() };
        const outcomes = devices.map((device) => {
          try {
            this.#requireRoom(customer, device, claimed, unlimited);
            return this.#recordOf(customer, device, createdMs);
          } catch (error) {
            if (error instanceof WayleaveError) return error;
            throw error;
          }
        });
        const rows = outcomes.flatMap((outcome, i) => {
          if (outcome instanceof WayleaveError) return [];
          return [{ customer, device: devices[i]!, session: outcome.session, createdMs }];
        });
        if (rows.length > 0) await insertDevices(client, sealer, rows);
        return outcomes;
      },
      (outcomes) => {
        for (const outcome of outcomes) if (outcome instanceof DeviceRecord) index.addDevice(outcome);
      },
    );
  }

  /** @throws WayleaveError `device-not-found`, also when it is another customer's. */
  get(customer: string, devEui: Eui64): DeviceRecord {
    const record = this.#deps.index.devices.get(devEui);
    if (record?.device.customer === customer) return record;
    throw new WayleaveError("device-not-found", "You have no such device", { field: "devEui", devEui });
  }

  /** One page in order of DevEUI, after `after`. */
  async list(
    customer: string,
    page: { readonly applicationId?: string | undefined; readonly after: Eui64 | null; readonly limit: number },
  ): Promise<DeviceRecord[]> {
    const [column, value] =
      page.applicationId === undefined ? ["customer", customer] : ["application_id", page.applicationId];
    if (page.applicationId !== undefined) this.#deps.catalog.application(customer, page.applicationId);
    const { rows } = await this.#deps.pool.query<{ dev_eui: string }>(
      `select dev_eui from wireless.device where ${column} = $1 and dev_eui > $2 order by dev_eui limit $3`,
      [value, page.after ?? "", page.limit],
    );
    return rows.flatMap((row) => this.#deps.index.devices.get(row.dev_eui) ?? []);
  }

  /** @throws WayleaveError as `create` does. */
  async update(customer: string, devEui: Eui64, changes: DeviceChanges): Promise<DeviceRecord> {
    const { commit, index, sealer } = this.#deps;
    return commit
      .run(
        async (client) => {
          const record = this.get(customer, devEui);
          const { device } = record;
          const next = this.#changed(customer, record, changes);
          const claimed = { devEuis: new Set<Eui64>(), joinEuis: new Set<Eui64>() };
          if (next.joinEui !== device.joinEui) this.#requireJoinEui(customer, next.joinEui, claimed, false);
          const sealed = next.appKey === null ? null : sealer.seal(next.appKey, appKeyContext(devEui));
          await client.query(
            `update wireless.device set join_eui = $2, application_id = $3, profile_id = $4, name = $5, disabled = $6,
            app_key_sealed = case when $7 then $8 else app_key_sealed end where dev_eui = $1`,
            [
              ...[devEui, next.joinEui, next.applicationId, next.profile.id, next.name, next.disabled],
              ...[changes.appKey !== undefined, sealed],
            ],
          );
          return { record, next };
        },
        ({ record, next }) => {
          const { joinEui, ...rest } = next;
          if (joinEui !== record.device.joinEui) index.moveJoinEui(record, joinEui);
          Object.assign(record.device, rest);
        },
      )
      .then(({ record }) => record);
  }

  delete(customer: string, devEui: Eui64): Promise<void> {
    const { commit, index, downlinks } = this.#deps;
    return commit
      .run(
        async (client) => {
          const record = this.get(customer, devEui);
          await client.query("delete from wireless.device where dev_eui = $1", [devEui]);
          return record;
        },
        (record) => {
          downlinks.forget(record);
          index.removeDevice(record);
        },
      )
      .then(() => undefined);
  }

  /** Gives the device this session, in place of the one it has. */
  async activate(customer: string, devEui: Eui64, given: GivenSession): Promise<DeviceSession> {
    const { commit, index, sealer } = this.#deps;
    return commit.run(
      async (client) => {
        const record = this.get(customer, devEui);
        const session = this.#sessionOf(record.device.devEui, record.device.profile, given);
        await putSessions(client, sealer, [{ session, seenMs: record.seenMs }]);
        return session;
      },
      (session) => {
        const record = this.get(customer, devEui);
        index.setSession(record, session);
        record.seenFCntUp = session.fCntUp;
      },
    );
  }

  /**
   * Ends the session: frames of it are unknown until the device joins or is activated again.
   * @param options.forgetNonces - also forgets which DevNonces were spent, for a device whose memory was wiped. Joins
   * that were recorded on the air may be replayed then, once each.
   */
  forgetSession(customer: string, devEui: Eui64, options: { readonly forgetNonces?: boolean } = {}): Promise<void> {
    const { commit, index } = this.#deps;
    return commit.run(
      async (client) => {
        this.get(customer, devEui);
        await client.query("delete from wireless.session where dev_eui = $1", [devEui]);
        if (options.forgetNonces === true) {
          await client.query("delete from wireless.dev_nonce where dev_eui = $1", [devEui]);
        }
      },
      () => index.setSession(this.get(customer, devEui), null),
    );
  }

  #changed(customer: string, { device }: DeviceRecord, changes: DeviceChanges) {
    const { catalog } = this.#deps;
    const applicationId = changes.applicationId ?? device.applicationId;
    const appKey = changes.appKey === undefined ? device.appKey : changes.appKey;
    return {
      applicationId: catalog.application(customer, applicationId).id,
      profile: changes.profileId === undefined ? device.profile : catalog.profile(customer, changes.profileId).profile,
      name: changes.name ?? device.name,
      joinEui: changes.joinEui ?? device.joinEui,
      disabled: changes.disabled ?? device.disabled,
      appKey: appKey === null || appKey === device.appKey ? appKey : this.#slab.keep(appKey),
    };
  }

  #recordOf(customer: string, given: NewDevice, createdMs: number): DeviceRecord {
    const { catalog } = this.#deps;
    const { profile } = catalog.profile(customer, given.profileId);
    const device = {
      devEui: given.devEui,
      joinEui: given.joinEui,
      applicationId: catalog.application(customer, given.applicationId).id,
      customer,
      name: given.name,
      profile,
      appKey: given.appKey === null ? null : this.#slab.keep(given.appKey),
      disabled: given.disabled,
    };
    const record = new DeviceRecord(device, createdMs, given.joinNonce ?? 0);
    if (given.session === undefined || given.session === null) return record;
    record.session = this.#sessionOf(given.devEui, profile, given.session);
    record.seenFCntUp = record.session.fCntUp;
    return record;
  }

  #sessionOf(devEui: Eui64, profile: DeviceProfile, given: GivenSession): DeviceSession {
    let mac = this.#newMac.get(profile);
    if (mac === undefined) {
      mac = this.#deps.newMacState(profile);
      this.#newMac.set(profile, mac);
    }
    return {
      devEui,
      devAddr: given.devAddr,
      nwkSKey: this.#slab.keep(given.nwkSKey),
      appSKey: this.#slab.keep(given.appSKey),
      fCntUp: given.fCntUp,
      fCntDown: given.fCntDown,
      activatedAtMs: this.#deps.clock.now(),
      mac: given.rx1Moved === undefined ? mac : { ...mac, rx1Moved: given.rx1Moved },
    };
  }

  #requireRoom(customer: string, { devEui, joinEui }: NewDevice, claimed: Claimed, unlimited: boolean): void {
    const { index, limits } = this.#deps;
    if (index.devices.has(devEui) || claimed.devEuis.has(devEui)) {
      throw new WayleaveError("device-exists", "This DevEUI is registered already", { field: "devEui", devEui });
    }
    const held = index.holdings(customer).devices + claimed.devEuis.size;
    if (!unlimited && held >= limits.devicesPerCustomer) {
      throw new WayleaveError("devices-limit-refused", "You have as many devices as you may", {
        ...{ field: "devEui", max: limits.devicesPerCustomer },
      });
    }
    if (index.devices.size + claimed.devEuis.size >= limits.devices) {
      const facts = { field: "devEui", max: limits.devices };
      throw new WayleaveError("devices-full", "This front has as many devices as it can hold", facts);
    }
    this.#requireJoinEui(customer, joinEui, claimed, unlimited);
    claimed.devEuis.add(devEui);
    claimed.joinEuis.add(joinEui);
  }

  #requireJoinEui(customer: string, joinEui: Eui64, claimed: Claimed, unlimited: boolean): void {
    const { index, limits } = this.#deps;
    const own = index.holdings(customer).joinEuis;
    if (own.has(joinEui) || claimed.joinEuis.has(joinEui)) return;
    const unknown = [...claimed.joinEuis].filter((each) => !own.has(each)).length;
    if (!unlimited && own.size + unknown >= limits.joinEuisPerCustomer) {
      const facts = { field: "joinEui", max: limits.joinEuisPerCustomer };
      throw new WayleaveError("join-euis-limit-refused", "Your devices have as many JoinEUIs as they may", facts);
    }
    if (!index.knowsJoinEui(joinEui) && index.joinEuiCount + unknown >= limits.joinEuis) {
      const facts = { field: "joinEui", max: limits.joinEuis };
      throw new WayleaveError("join-euis-full", "This front serves as many JoinEUIs as it can", facts);
    }
  }
}

/** What earlier devices of the same transaction take. */
interface Claimed {
  readonly devEuis: Set<Eui64>;
  readonly joinEuis: Set<Eui64>;
}
