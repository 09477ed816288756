import { WayleaveError } from "@wayleave/core/errors";
import { type ApiRoute, apiRoute } from "@wayleave/layer-service/apiRoute";
import type { StorageService } from "@wayleave/kind-storage/serve/startStorageService";
import type { WirelessService } from "@wayleave/kind-wireless/serve/startWirelessService";
import { z } from "zod";

const placeSchema = z.strictObject({ bucket: z.string().min(1).max(63), key: z.string().min(1).max(1024) });

/** The storage kind's own operations of the front's API. */
export function storageRoutes(storage: () => StorageService | null): ApiRoute[] {
  return [
    apiRoute({
      ...{
        method: "GET",
        path: "/v1/storage/placement",
        summary: "Which devices hold which shard of an object",
        for: "customer",
      },
      query: placeSchema,
      async handle({ customer, query }) {
        const { bucket, key } = query as z.infer<typeof placeSchema>;
        const places = await running(storage()).placementOf(customer, bucket, key);
        if (places === null) throw new WayleaveError("object-not-found", "You have no such object", { bucket, key });
        return places;
      },
    }),
    apiRoute({
      ...{
        method: "POST",
        path: "/v1/storage/snapshot",
        summary: "Ship the metadata to devices now",
        for: "operator",
        status: 204,
      },
      async handle() {
        await running(storage()).shipSnapshot();
      },
    }),
  ];
}

/** The wireless kind's operations, of the service that runs now: recovery puts another in its place. */
export function wirelessRoutes(
  wireless: () => Pick<WirelessService, "routes">,
  isServing: () => boolean,
): readonly ApiRoute[] {
  return wireless().routes.map((route, at) => ({
    ...route,
    handle: (request) => (isServing() ? wireless().routes[at]!.handle(request) : Promise.reject(mustBeRecovered())),
  }));
}

/** @throws WayleaveError `recovery-unavailable` while the front waits to be recovered. */
function running(storage: StorageService | null): StorageService {
  if (storage !== null) return storage;
  throw mustBeRecovered();
}

function mustBeRecovered(): WayleaveError {
  return new WayleaveError(
    "recovery-unavailable",
    "This front lost its database: run `wayleave recover` first",
    {},
    { retryable: true },
  );
}

const recoverSchema = z.strictObject({
  recoveryKey: z.string().regex(/^0x[0-9a-f]{64}$/, "must be 32 bytes of 0x hex"),
});

/** Brings a front back whose database was lost. @param recover - null while there is nothing to recover. */
export function recoveryRoute(recover: (recoveryKey: string) => Promise<object>): ApiRoute {
  return apiRoute({
    ...{
      method: "POST",
      path: "/v1/recover",
      summary: "Rebuild the lost database from the snapshots on the devices",
      for: "operator",
    },
    body: recoverSchema,
    handle: ({ body }) => recover((body as z.infer<typeof recoverSchema>).recoveryKey),
  });
}
