import { randomUUID } from "node:crypto";
import { WayleaveError } from "@wayleave/core/errors";
import type { Clock } from "@wayleave/core/time";
import type { DeviceProfile } from "../../model/device.ts";
import type { GroupCommit } from "./groupCommit.ts";
import type { RecordIndex } from "./recordIndex.ts";
import type { Application, OwnedProfile, RecordLimits } from "./records.ts";

export type ProfileSettings = Omit<DeviceProfile, "id">;

/** Customers' applications and device profiles. A customer's name is in every question, and only its own is found. */
export class Catalog {
  readonly #index: RecordIndex;
  readonly #commit: GroupCommit;
  readonly #limits: RecordLimits;
  readonly #clock: Clock;

  constructor(index: RecordIndex, commit: GroupCommit, deps: { limits: RecordLimits; clock: Clock }) {
    this.#index = index;
    this.#commit = commit;
    this.#limits = deps.limits;
    this.#clock = deps.clock;
  }

  /** @throws WayleaveError `applications-limit-refused`. */
  createApplication(customer: string, name: string): Promise<Application> {
    const application: Application = { id: randomUUID(), customer, name, createdMs: this.#clock.now() };
    return this.#commit.run(
      async (client) => {
        const max = this.#limits.applicationsPerCustomer;
        if (this.#index.holdings(customer).applications >= max) throw limitReached("applications", max);
        const { id, createdMs } = application;
        await client.query("insert into wireless.application values ($1, $2, $3, $4)", [id, customer, name, createdMs]);
        return application;
      },
      () => this.restoreApplication(application),
    );
  }

  restoreApplication(application: Application): void {
    this.#index.applications.set(application.id, application);
    this.#index.holdings(application.customer).applications++;
  }

  applications(customer: string): readonly Application[] {
    return [...this.#index.applications.values()].filter((each) => each.customer === customer);
  }

  /** @throws WayleaveError `application-not-found`, also when it is another customer's. */
  application(customer: string, id: string): Application {
    const found = this.#index.applications.get(id);
    if (found?.customer === customer) return found;
    throw new WayleaveError("application-not-found", "You have no such application", { field: "applicationId", id });
  }

  renameApplication(customer: string, id: string, name: string): Promise<Application> {
    return this.#commit.run(
      async (client) => {
        const renamed = { ...this.application(customer, id), name };
        await client.query("update wireless.application set name = $2 where id = $1", [id, name]);
        return renamed;
      },
      (renamed) => this.#index.applications.set(id, renamed),
    );
  }

  /** @throws WayleaveError `application-conflict` while it has devices. */
  deleteApplication(customer: string, id: string): Promise<void> {
    return this.#commit.run(
      async (client) => {
        this.application(customer, id);
        const held = await client.query("select from wireless.device where application_id = $1 limit 1", [id]);
        if (held.rowCount !== 0) throw inUse("application", id);
        await client.query("delete from wireless.application where id = $1", [id]);
      },
      () => {
        this.#index.applications.delete(id);
        this.#index.holdings(customer).applications--;
      },
    );
  }

  /** @throws WayleaveError `profiles-limit-refused`. */
  createProfile(customer: string, settings: ProfileSettings): Promise<OwnedProfile> {
    const id = randomUUID();
    const owned: OwnedProfile = { customer, createdMs: this.#clock.now(), profile: { id, ...settings } };
    return this.#commit.run(
      async (client) => {
        const max = this.#limits.profilesPerCustomer;
        if (this.#index.holdings(customer).profiles >= max) throw limitReached("profiles", max);
        const row = [id, customer, owned.createdMs, JSON.stringify(settings)];
        await client.query("insert into wireless.device_profile values ($1, $2, $3, $4)", row);
        return owned;
      },
      () => this.restoreProfile(owned),
    );
  }

  restoreProfile(owned: OwnedProfile): void {
    this.#index.profiles.set(owned.profile.id, owned);
    this.#index.holdings(owned.customer).profiles++;
  }

  profiles(customer: string): readonly OwnedProfile[] {
    return [...this.#index.profiles.values()].filter((each) => each.customer === customer);
  }

  /** @throws WayleaveError `profile-not-found`, also when it is another customer's. */
  profile(customer: string, id: string): OwnedProfile {
    const found = this.#index.profiles.get(id);
    if (found?.customer === customer) return found;
    throw new WayleaveError("profile-not-found", "You have no such device profile", { field: "profileId", id });
  }

  /** Holds for its devices at once; what is set on the device itself is asked of it after its next uplink. */
  replaceProfile(customer: string, id: string, settings: ProfileSettings): Promise<OwnedProfile> {
    return this.#commit.run(
      async (client) => {
        const owned: OwnedProfile = { ...this.profile(customer, id), profile: { id, ...settings } };
        const row = [id, JSON.stringify(settings)];
        await client.query("update wireless.device_profile set settings = $2 where id = $1", row);
        return owned;
      },
      (owned) => {
        this.#index.profiles.set(id, owned);
        for (const { device } of this.#index.devices.values()) {
          if (device.profile.id === id) device.profile = owned.profile;
        }
      },
    );
  }

  /** @throws WayleaveError `profile-conflict` while devices have it. */
  deleteProfile(customer: string, id: string): Promise<void> {
    return this.#commit.run(
      async (client) => {
        this.profile(customer, id);
        const held = await client.query("select from wireless.device where profile_id = $1 limit 1", [id]);
        if (held.rowCount !== 0) throw inUse("profile", id);
        await client.query("delete from wireless.device_profile where id = $1", [id]);
      },
      () => {
        this.#index.profiles.delete(id);
        this.#index.holdings(customer).profiles--;
      },
    );
  }
}

function limitReached(what: string, max: number): WayleaveError {
  return new WayleaveError(`${what}-limit-refused`, `You have ${max} ${what} already`, { max });
}

function inUse(what: string, id: string): WayleaveError {
  return new WayleaveError(`${what}-conflict`, "Devices use it: delete or move them first", { field: "id", id });
}
