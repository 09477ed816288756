import { WayleaveError } from "@wayleave/core/errors";
import { z } from "zod";
import { fetchJson } from "../network/httpJson.ts";
import { openNetwork } from "../network/openNetwork.ts";
import { print, printJson, wholeNumber } from "../terminal.ts";
import { customerKey, euiOption } from "../wireless/customerKey.ts";

/** 224 and up are for tests and certification. @see LoRaWAN 1.0.4 §4.3.2 */
const FPORT_MAX = 223;
const replySchema = z.object({ id: z.string(), fPort: z.number(), data: z.base64(), confirmed: z.boolean() });

/** Queues one downlink of a customer's device. */
export async function downlink(device: string, options: Record<string, string>): Promise<void> {
  const { file } = openNetwork(options["dir"]!);
  const bearer = customerKey(options["apiKey"], file);
  const devEui = euiOption("DEVEUI", device);
  const fPort = wholeNumber("port", options["port"], 1, FPORT_MAX);
  const body = { fPort, confirmed: options["confirmed"] !== undefined, ...payloadOf(options) };
  const url = `${file.endpoints.front}/v1/wireless/devices/${devEui}/queue`;
  const queued = await fetchJson(url, replySchema, { method: "POST", bearer, body });
  if (options["json"]) return printJson(queued);
  const bytes = Buffer.from(queued.data, "base64");
  print(
    `Queued ${bytes.byteLength} bytes (${bytes.toString("hex")}) for port ${queued.fPort} as ${queued.id}: a class A ` +
      "device gets it after its next uplink, class C at once. wayleave events shows txack" +
      (queued.confirmed ? " and ack" : ""),
  );
}

/** @throws WayleaveError `usage-invalid` naming the option. */
function payloadOf({ data, object }: Record<string, string>): { data: string } | { object: unknown } {
  if ((data === undefined) === (object === undefined)) {
    throw new WayleaveError("usage-invalid", "Give either --data, as hex, or --object, as JSON", { option: "data" });
  }
  if (data !== undefined) {
    const hex = data.replace(/^0x/, "").replaceAll(/[-: ]/g, "");
    if (hex.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(hex)) return { data: Buffer.from(hex, "hex").toString("base64") };
    throw new WayleaveError("usage-invalid", "--data must be bytes as hex", { option: "data", value: data });
  }
  try {
    return { object: JSON.parse(object!) as unknown };
  } catch {
    throw new WayleaveError("usage-invalid", "--object must be JSON", { option: "object", value: object! });
  }
}
