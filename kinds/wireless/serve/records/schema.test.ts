import { expect, test } from "vitest";
import { DEFAULT_MAC_SETTINGS, type RegionName } from "../../model/device.ts";
import { newDevice, TEST_PROFILE, testKey, testRecords } from "./testing/testRecords.ts";

/** As the version before wrote it. */
const MAC_OF_VERSION_1 = '[1,5,2,1,1,0,2,923200000,[0,1,2,3],[9,-7.25,1,10,3.5,1],[[3,"51ff0001",2]]]';

test("profiles and sessions of the version before go on, and what it did not know is asked for", async () => {
  await using at = await testRecords();
  const records = await at.open();
  const application = await records.catalog.createApplication("alice", "fields");
  const devices: { readonly region: RegionName; readonly devEui: string }[] = [];
  for (const [index, region] of (["EU868", "AS923", "AU915"] as const).entries()) {
    const { profile } = await records.catalog.createProfile("alice", { ...TEST_PROFILE, region, rx1DelayS: 3 });
    const session = { devAddr: "26010203", nwkSKey: testKey(), appSKey: testKey(), fCntUp: 41, fCntDown: 7 };
    const where = { applicationId: application.id, profileId: profile.id };
    const device = newDevice(where, index + 1, { session });
    await records.devices.create("alice", device);
    devices.push({ region, devEui: device.devEui });
  }
  await records.close();
  await at.pool.query("update wireless.session set mac = $1", [MAC_OF_VERSION_1]);
  await at.pool.query("update wireless.device_profile set settings = settings - $1::text[]", [
    Object.keys(DEFAULT_MAC_SETTINGS),
  ]);
  await at.pool.query("update wireless.schema_version set version = 2");

  const again = await at.open();
  const unknownOf = { EU868: [false, false], AS923: [null, null], AU915: [null, false] } as Record<string, unknown>;
  for (const { region, devEui } of devices) {
    expect(again.book.device(devEui)!.profile).toEqual({ ...records.book.device(devEui)!.profile });
    const { mac, fCntUp } = again.book.session(devEui)!;
    expect(fCntUp).toBe(41);
    expect(mac).toMatchObject({
      ...{ dataRate: 5, txPower: 2, rx2DataRate: 2, rx2FrequencyHz: 923_200_000, channels: [0, 1, 2, 3] },
      adrHistory: [
        { fCnt: 9, maxSnrDb: -7.25, txPower: 1 },
        { fCnt: 10, maxSnrDb: 3.5, txPower: 1 },
      ],
      pending: [{ cid: 3, payload: "51ff0001", tries: 2 }],
      ...{ maxDutyCycle: null, rx1Moved: [], refused: [] },
    });
    expect([mac.tx.uplinkDwellTime, mac.tx.downlinkDwellTime]).toEqual(unknownOf[region]);
  }
});
