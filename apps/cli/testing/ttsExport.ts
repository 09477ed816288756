import { randomBytes } from "node:crypto";

/** A device with a running session, as its owner exports it from The Things Stack. */
export function ttsDevice({ devEui, devAddr }: { readonly devEui: string; readonly devAddr: string }) {
  const [nwkSKey, appSKey] = [randomBytes(16), randomBytes(16)];
  const lastFCntUp = 70_123;
  const key = (bytes: Buffer) => ({ key: bytes.toString("hex").toUpperCase() });
  const exported = {
    ids: { device_id: "imported", dev_eui: devEui.toUpperCase(), dev_addr: devAddr.toUpperCase() },
    ...{ name: "imported", lorawan_version: "MAC_V1_0_3", frequency_plan_id: "EU_863_870_TTN" },
    session: {
      dev_addr: devAddr.toUpperCase(),
      keys: { f_nwk_s_int_key: key(nwkSKey), app_s_key: key(appSKey) },
      last_f_cnt_up: lastFCntUp,
    },
  };
  const activation = { kind: "abp", devAddr, nwkSKey, appSKey, fCntUp: lastFCntUp + 1 } as const;
  return { text: JSON.stringify(exported), activation };
}
