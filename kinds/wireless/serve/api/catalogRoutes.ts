import { z } from "zod";
import type { WirelessRecords } from "../records/openWirelessRecords.ts";
import type { Application, OwnedProfile } from "../records/records.ts";
import { nameSchema, profileFields, profileSchema } from "./profileSchema.ts";
import { idOf, reads, timeOf, type WirelessRoute, wirelessRoute, writes } from "./wirelessRoute.ts";

const applicationBody = z.strictObject({ name: nameSchema });
const applicationReply = z.object({ id: z.string(), name: z.string(), createdAt: z.string() });
const profileReply = profileFields.extend({ id: z.string(), createdAt: z.string() });

/** A customer's applications. */
export function applicationRoutes({ catalog }: WirelessRecords): WirelessRoute[] {
  const path = "/v1/wireless/applications";
  return [
    wirelessRoute({
      ...{ method: "POST", path, summary: "A new application", status: 201, ...writes },
      ...{ body: applicationBody, reply: applicationReply },
      handle: async ({ customer, body }) => shownApplication(await catalog.createApplication(customer, body.name)),
    }),
    wirelessRoute({
      ...{ method: "GET", path, summary: "Your applications", ...reads },
      reply: z.object({ applications: z.array(applicationReply) }),
      handle: async ({ customer }) => ({ applications: catalog.applications(customer).map(shownApplication) }),
    }),
    wirelessRoute({
      ...{ method: "GET", path: `${path}/:id`, summary: "One application", reply: applicationReply, ...reads },
      handle: async ({ customer, params }) => shownApplication(catalog.application(customer, idOf(params))),
    }),
    wirelessRoute({
      ...{ method: "PUT", path: `${path}/:id`, summary: "Renames an application", ...writes },
      ...{ body: applicationBody, reply: applicationReply },
      handle: async ({ customer, params, body }) =>
        shownApplication(await catalog.renameApplication(customer, idOf(params), body.name)),
    }),
    wirelessRoute({
      ...{ method: "DELETE", path: `${path}/:id`, summary: "Deletes an empty application", status: 204, ...writes },
      handle: async ({ customer, params }) => catalog.deleteApplication(customer, idOf(params)),
    }),
  ];
}

/** A customer's device profiles. */
export function profileRoutes({ catalog }: WirelessRecords): WirelessRoute[] {
  const path = "/v1/wireless/device-profiles";
  return [
    wirelessRoute({
      ...{ method: "POST", path, summary: "A new device profile", status: 201, ...writes },
      ...{ body: profileSchema, reply: profileReply },
      handle: async ({ customer, body }) => shownProfile(await catalog.createProfile(customer, body)),
    }),
    wirelessRoute({
      ...{ method: "GET", path, summary: "Your device profiles", ...reads },
      reply: z.object({ deviceProfiles: z.array(profileReply) }),
      handle: async ({ customer }) => ({ deviceProfiles: catalog.profiles(customer).map(shownProfile) }),
    }),
    wirelessRoute({
      ...{ method: "GET", path: `${path}/:id`, summary: "One device profile", reply: profileReply, ...reads },
      handle: async ({ customer, params }) => shownProfile(catalog.profile(customer, idOf(params))),
    }),
    wirelessRoute({
      ...{ method: "PUT", path: `${path}/:id`, summary: "Replaces a device profile", ...writes },
      ...{ body: profileSchema, reply: profileReply },
      handle: async ({ customer, params, body }) =>
        shownProfile(await catalog.replaceProfile(customer, idOf(params), body)),
    }),
    wirelessRoute({
      ...{ method: "DELETE", path: `${path}/:id`, summary: "Deletes an unused profile", status: 204, ...writes },
      handle: async ({ customer, params }) => catalog.deleteProfile(customer, idOf(params)),
    }),
  ];
}

function shownApplication({ id, name, createdMs }: Application) {
  return { id, name, createdAt: timeOf(createdMs) };
}

function shownProfile({ profile, createdMs }: OwnedProfile) {
  return { ...profile, createdAt: timeOf(createdMs) };
}
