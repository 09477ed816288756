import { WayleaveError } from "@wayleave/core/errors";
import type { NetworkFile } from "../network/networkFile.ts";

/** The key that a command for customers asks with: the demo customer's, unless another is given. */
export function customerKey(given: string | undefined, { demo }: NetworkFile): string {
  if (given === undefined) return demo.apiKey;
  if (/^[\x21-\x7e]{1,512}$/.test(given)) return given;
  throw new WayleaveError("usage-invalid", "--api-key must be a customer's API key: wl_…", { option: "api-key" });
}

/** A device's EUI as people write it. @throws WayleaveError `usage-invalid` naming the option or argument. */
export function euiOption(option: string, text: string): string {
  const eui = text.replaceAll(/[-: ]/g, "").toLowerCase();
  if (/^[0-9a-f]{16}$/.test(eui)) return eui;
  throw new WayleaveError("usage-invalid", `${option} must be 8 bytes of hex, as printed on the device`, {
    option: option.replace(/^--/, ""),
    value: text,
  });
}
