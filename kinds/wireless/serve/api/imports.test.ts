import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WirelessRecords } from "../records/openWirelessRecords.ts";
import { place, type TestRecords, testRecords } from "../records/testing/testRecords.ts";
import { type ImportRequest, importDevices } from "./importRoute.ts";
import { JOIN_NONCE_AFTER_IMPORT } from "./importedDevice.ts";

let at: TestRecords;
let records: WirelessRecords;
beforeAll(async () => {
  at = await testRecords();
  records = await at.open();
});
afterAll(() => at[Symbol.asyncDispose]());

let customers = 0;
async function importAs(format: ImportRequest["format"], text: string, over: Partial<ImportRequest> = {}) {
  const customer = `customer-${customers++}`;
  const { applicationId } = await place(records, customer);
  return { customer, report: await importDevices(records, customer, { format, text, applicationId, ...over }) };
}
const hex = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString("hex");

describe("The Things Stack", () => {
  // The shape and field names of https://www.thethingsindustries.com/docs/hardware/devices/adding-devices/
  // adding-devices-in-bulk/device-json/, one document after the other as `ttn-lw-cli end-devices export` writes them.
  const TTS_JSON = `{
  "ids": {
    "device_id": "joined-sensor",
    "application_ids": { "application_id": "fields" },
    "dev_eui": "70B3D57ED0050001",
    "join_eui": "800000000000000C",
    "dev_addr": "260B48EE"
  },
  "name": "Joined \\"sensor\\" {1}",
  "lorawan_version": "MAC_V1_0_3",
  "lorawan_phy_version": "PHY_V1_0_3_REV_A",
  "frequency_plan_id": "EU_863_870_TTN",
  "supports_join": true,
  "root_keys": { "root_key_id": "", "app_key": { "key": "2B7E151628AED2A6ABF7158809CF4F3C" } },
  "used_dev_nonces": [4711, 12],
  "last_join_nonce": 31,
  "mac_settings": { "rx1_delay": { "value": "RX_DELAY_5" }, "supports_32_bit_f_cnt": { "value": true } },
  "session": {
    "dev_addr": "260B48EE",
    "keys": {
      "session_key_id": "AYfS",
      "f_nwk_s_int_key": { "key": "01020304050607080102030405060708" },
      "app_s_key": { "key": "08070605040302010807060504030201" }
    },
    "last_f_cnt_up": 70123,
    "last_n_f_cnt_down": 41,
    "started_at": "2026-01-05T10:00:00Z"
  },
  "mac_state": { "current_parameters": {
    "rx1_delay": "RX_DELAY_5", "rx2_data_rate_index": "DATA_RATE_3", "rx2_frequency": "869525000" } }
}
{
  "ids": { "device_id": "fresh", "dev_eui": "70B3D57ED0050002", "join_eui": "800000000000000C" },
  "lorawan_version": "MAC_V1_0_2", "frequency_plan_id": "EU_863_870_TTN", "supports_join": true,
  "root_keys": { "app_key": { "key": "00112233445566778899AABBCCDDEEFF" } }
}
{
  "ids": { "device_id": "newer", "dev_eui": "70B3D57ED0050003", "join_eui": "800000000000000C" },
  "lorawan_version": "MAC_V1_1", "frequency_plan_id": "EU_863_870_TTN"
}
{ "ids": { "device_id": "china", "dev_eui": "70B3D57ED0050004" }, "frequency_plan_id": "CN_470_510_FSB_11" }
{ "ids": { "device_id": "keyless", "dev_eui": "70B3D57ED0050005" }, "frequency_plan_id": "US_902_928_FSB_2" }
{ "ids": { "device_id": "half", "dev_eui": "70B3D57ED0050006" }, "session": { "dev_addr": "260B0001" } }
{ "ids": { "device_id": "no-eui" } }`;

  test("JSON: sessions with counters, and each that is not taken with its line and reason", async () => {
    const { customer, report } = await importAs("tts-json", TTS_JSON);
    expect(report.created).toEqual([
      { line: 1, devEui: "70b3d57ed0050001", name: 'Joined "sensor" {1}', withSession: true },
      { line: 32, devEui: "70b3d57ed0050002", name: "fresh", withSession: false },
    ]);
    expect(report.skipped.map(({ line, devEui, code, field }) => ({ line, devEui, code, field }))).toEqual([
      { line: 37, devEui: "70b3d57ed0050003", code: "lorawan-version-unsupported", field: "lorawanVersion" },
      { line: 41, devEui: "70b3d57ed0050004", code: "region-unsupported", field: "frequencyPlanId" },
      { line: 42, devEui: "70b3d57ed0050005", code: "keys-missing", field: "appKey" },
      { line: 43, devEui: "70b3d57ed0050006", code: "field-missing", field: "nwkSKey" },
      { line: 44, devEui: null, code: "field-missing", field: "devEui" },
    ]);
    const session = records.book.session("70b3d57ed0050001")!;
    expect(session).toMatchObject({ devAddr: "260b48ee", fCntUp: 70_123, fCntDown: 42 });
    expect(hex(session.nwkSKey)).toBe("01020304050607080102030405060708");
    expect(hex(session.appSKey)).toBe("08070605040302010807060504030201");
    const { device } = records.devices.get(customer, "70b3d57ed0050001");
    expect(device.profile).toMatchObject({
      region: "EU868",
      rx1DelayS: 5,
      rx2DataRate: 3,
      rx2FrequencyHz: 869_525_000,
    });
    expect(hex(device.appKey)).toBe("2b7e151628aed2a6abf7158809cf4f3c");
    // A join that was recorded at the old network is not taken again; the next JoinNonce is above the last.
    const joinNonces: number[] = [];
    const replay = await records.book.activate(device.devEui, 4711, () => session);
    expect(replay).toBeNull();
    await records.book.activate(device.devEui, 4712, ({ joinNonce }) => {
      joinNonces.push(joinNonce);
      return { ...session };
    });
    expect(joinNonces).toEqual([32]);
    expect(records.devices.get(customer, "70b3d57ed0050002").joinNonce).toBe(JOIN_NONCE_AFTER_IMPORT);
  });

  test("JSON: what MAC commands set comes along, as far as our profiles have it", async () => {
    const exported = [
      {
        ids: { device_id: "asia", dev_eui: "70B3D57ED0050011" },
        ...{ lorawan_version: "MAC_V1_0_4", frequency_plan_id: "AS_920_923" },
        root_keys: { app_key: { key: "00112233445566778899AABBCCDDEEFF" } },
        mac_settings: {
          ...{ uplink_dwell_time: { value: true }, downlink_dwell_time: {} },
          ...{ desired_max_eirp: { value: "DEVICE_EIRP_14" }, max_duty_cycle: { value: "DUTY_CYCLE_128" } },
        },
      },
      {
        ids: { device_id: "moved", dev_eui: "70B3D57ED0050012" },
        ...{ lorawan_version: "MAC_V1_0_2", frequency_plan_id: "EU_863_870_TTN" },
        mac_settings: { uplink_dwell_time: { value: true }, rx2_frequency: { value: "869525050" } },
        session: {
          dev_addr: "260B48EF",
          keys: {
            f_nwk_s_int_key: { key: "01020304050607080102030405060708" },
            app_s_key: { key: "08070605040302010807060504030201" },
          },
        },
        mac_state: {
          current_parameters: {
            channels: [
              { uplink_frequency: "868100000", downlink_frequency: "868100000" },
              { uplink_frequency: "868300000", downlink_frequency: "869525000" },
              { uplink_frequency: "868500000", downlink_frequency: "923300000" },
            ],
          },
        },
      },
    ];
    const { customer, report } = await importAs("tts-json", JSON.stringify(exported));
    expect(report.created).toHaveLength(2);
    expect(report.warnings.filter(({ code }) => code === "setting-left-out").map(({ field }) => field)).toEqual([
      "rx2FrequencyHz",
      "uplinkDwellTime",
      "rx1Frequencies",
    ]);
    expect(records.devices.get(customer, "70b3d57ed0050011").device.profile).toMatchObject({
      ...{ region: "AS923", lorawanVersion: "1.0.4", uplinkDwellTime: true, downlinkDwellTime: false },
      ...{ maxEirpDbm: 14, maxDutyCycle: 7 },
    });
    expect(records.devices.get(customer, "70b3d57ed0050012").device.profile).toMatchObject({
      ...{ lorawanVersion: "1.0.2", uplinkDwellTime: null },
      rx1Frequencies: [{ uplinkHz: 868_300_000, downlinkHz: 869_525_000 }],
    });
    // The device listens there already.
    expect(records.book.session("70b3d57ed0050012")!.mac.rx1Moved).toEqual([{ channel: 1, frequencyHz: 869_525_000 }]);
  });

  // Columns of https://www.thethingsindustries.com/docs/hardware/devices/adding-devices/adding-devices-in-bulk/device-csv/
  const TTS_CSV = [
    "\uFEFFid;dev_eui;join_eui;name;frequency_plan_id;lorawan_version;lorawan_phy_version;app_key;rx1_delay;dev_addr;app_s_key;f_nwk_s_int_key;last_f_cnt_up;last_n_f_cnt_down;supports_class_c;location",
    'csv-1;70B3D57ED0051001;800000000000000C;"Well; north";US_902_928_FSB_2;1.0.3;RP001-1.0.3-RevA;2B7E151628AED2A6ABF7158809CF4F3C;5;;;;;;false;',
    "csv-2;70B3D57ED0051002;;ABP;US_902_928_FSB_2;MAC_V1_0_2;PHY_V1_0_2_REV_B;;1;260C0001;08070605040302010807060504030201;01020304050607080102030405060708;7;3;true;here",
    "csv-3;70B3D57ED005;;short;US_902_928_FSB_2;;;;;;;;;;;",
    "",
  ].join("\r\n");

  test("CSV: OTAA and ABP, quoted fields, unknown columns", async () => {
    const { customer, report } = await importAs("tts-csv", TTS_CSV);
    expect(report.created).toMatchObject([
      { line: 2, name: "Well; north", withSession: false },
      { line: 3, name: "ABP", withSession: true },
    ]);
    expect(report.skipped).toMatchObject([{ line: 4, code: "field-invalid", field: "devEui" }]);
    expect(records.book.session("70b3d57ed0051002")).toMatchObject({ fCntUp: 7, fCntDown: 4 });
    const { profile } = records.devices.get(customer, "70b3d57ed0051002").device;
    expect(profile).toMatchObject({ region: "US915", deviceClass: "C", supportsOtaa: false, rx1DelayS: 1 });
  });
});

describe("ChirpStack", () => {
  // Messages Device, DeviceKeys, DeviceActivation and DeviceProfile of ChirpStack v4's api/proto/api/device.proto and
  // device_profile.proto, as its REST API prints them (the second device in snake_case, as its Python client does).
  const CHIRPSTACK_JSON = JSON.stringify({
    deviceProfiles: [
      {
        id: "0d3c1a8e-2f0e-4c1b-9a61-1f2a3b4c5d6e",
        tenantId: "52f14cd4-c6f1-4fbd-8f87-4025e1d49242",
        name: "Meter",
        region: "EU868",
        macVersion: "LORAWAN_1_0_3",
        regParamsRevision: "A",
        payloadCodecRuntime: "JS",
        payloadCodecScript: "function decodeUplink(input) { return { data: {} }; }",
        uplinkInterval: 3600,
        supportsOtaa: true,
        supportsClassC: false,
      },
    ],
    devices: [
      {
        device: {
          devEui: "0101010101010101",
          name: "meter 1",
          applicationId: "b1d0a7c2-1111-4a5b-9d55-ffffffffffff",
          deviceProfileId: "0d3c1a8e-2f0e-4c1b-9a61-1f2a3b4c5d6e",
          isDisabled: false,
          joinEui: "0000000000000000",
        },
        deviceKeys: { devEui: "0101010101010101", nwkKey: "2b7e151628aed2a6abf7158809cf4f3c", appKey: "0".repeat(32) },
        deviceActivation: {
          devEui: "0101010101010101",
          devAddr: "00189440",
          appSKey: "08070605040302010807060504030201",
          nwkSEncKey: "01020304050607080102030405060708",
          sNwkSIntKey: "01020304050607080102030405060708",
          fNwkSIntKey: "01020304050607080102030405060708",
          fCntUp: 100,
          nFCntDown: 9,
          aFCntDown: 0,
        },
      },
      {
        device: {
          ...{ dev_eui: "0202020202020202", name: "meter 2", join_eui: "0303030303030303", is_disabled: true },
          device_profile_id: "0d3c1a8e-2f0e-4c1b-9a61-1f2a3b4c5d6e",
        },
        device_keys: { nwk_key: "00112233445566778899aabbccddeeff" },
      },
      {
        device: { devEui: "0404040404040404", name: "stranger", deviceProfileId: "gone" },
        deviceKeys: { nwkKey: "f".repeat(32) },
      },
    ],
  });

  test("JSON: profiles with scripts, next counters, AppKey under its other name", async () => {
    const { customer, report } = await importAs("chirpstack-json", CHIRPSTACK_JSON);
    expect(report.created).toMatchObject([
      { name: "meter 1", withSession: true },
      { name: "meter 2", withSession: false },
    ]);
    expect(report.skipped).toMatchObject([{ devEui: "0404040404040404", code: "region-missing", field: "region" }]);
    expect(report.warnings).toMatchObject([{ devEui: "0101010101010101", code: "join-eui-unknown", field: "joinEui" }]);
    expect(report.profiles).toHaveLength(1);
    // ChirpStack names the next frame, we the last.
    expect(records.book.session("0101010101010101")).toMatchObject({ devAddr: "00189440", fCntUp: 99, fCntDown: 9 });
    const { device } = records.devices.get(customer, "0202020202020202");
    expect(device).toMatchObject({ joinEui: "0303030303030303", disabled: true });
    expect(hex(device.appKey)).toBe("00112233445566778899aabbccddeeff");
    expect(device.profile).toMatchObject({ name: "Meter", uplinkIntervalS: 3600, decoder: { kind: "javascript" } });
  });

  test("CSV, with a region given; again it changes nothing", async () => {
    const text = [
      "DevEUI,Name,JoinEUI,NwkKey,DevAddr,AppSKey,NwkSEncKey,FCntUp,NFCntDown",
      "05:05:05:05:05:05:05:05,otaa,0606060606060606,2b7e151628aed2a6abf7158809cf4f3c,,,,,",
      "0707070707070707,abp,,,01020304,08070605040302010807060504030201,01020304050607080102030405060708,0,0",
    ].join("\n");
    const { customer, report } = await importAs("chirpstack-csv", text, { region: "IN865" });
    expect(report.created).toMatchObject([
      { line: 2, withSession: false },
      { line: 3, withSession: true },
    ]);
    expect(records.book.session("0707070707070707")).toMatchObject({ fCntUp: -1, fCntDown: 0 });
    expect(report.profiles).toHaveLength(2);
    const { applicationId } = records.devices.get(customer, "0707070707070707").device;
    const again = await importDevices(records, customer, {
      ...{ format: "chirpstack-csv", text, region: "IN865", applicationId },
    });
    expect(again).toMatchObject({
      created: [],
      profiles: [],
      skipped: [{ code: "device-exists" }, { code: "device-exists" }],
    });
  });
});

describe("hostile text", () => {
  test.for([
    ["tts-json", "[[[[", "line 1"],
    ["tts-json", '{"a":1}}', "too many"],
    ["tts-json", '{"a":1}\n"x"', "line 2"],
    ["tts-json", "[]", "no device"],
    ["chirpstack-json", "{'a':1}", "not JSON"],
    ["tts-csv", 'dev_eui\n"70b3', "does not end"],
    ["chirpstack-csv", "deveui\n1,2", "more fields"],
  ] as const)("%s %s is refused by name", async ([format, text, reason]) => {
    const expected = expect.objectContaining({
      code: "body-invalid",
      message: expect.stringContaining(reason) as string,
    });
    await expect(importAs(format, text)).rejects.toEqual(expected);
  });

  test.for(["tts-json", "chirpstack-json"] as const)(
    "%s of any shape is a refusal for each item, never a failure",
    async (format) => {
      const odd = [
        1,
        null,
        "x",
        [],
        {},
        { ids: 5 },
        { device: [] },
        { ids: { dev_eui: {} } },
        { device: { devEui: 7 } },
      ];
      const deep = `${'{"device":'.repeat(2_000)}1${"}".repeat(2_000)}`;
      const proto = '{"__proto__":{"devEui":"0101010101010109"},"constructor":1}';
      const { report } = await importAs(format, `${JSON.stringify(odd)}${deep}${proto}`);
      expect(report.created).toEqual([]);
      expect(report.skipped.length).toBe(odd.length + 2);
    },
  );
});
