import { setTimeout as pause } from "node:timers/promises";
import { WayleaveError } from "@wayleave/core/errors";
import { openStream } from "../network/httpJson.ts";
import { openNetwork } from "../network/openNetwork.ts";
import { serverSentEvents } from "../network/serverSentEvents.ts";
import { print, say, wholeNumber } from "../terminal.ts";
import { customerKey, euiOption } from "../wireless/customerKey.ts";
import { eventLine } from "../wireless/eventLine.ts";

/** A front that restarts is back within some seconds. */
const RETRY_MS = 3_000;
/** A stream says something at least every 15 s. */
const SILENCE_MAX_MS = 45_000;
const EVENTS_MAX = 1_000_000_000;

/**
 * Follows a customer's LoRaWAN events, a line for each, until Ctrl-C or so many came. A broken connection goes on where
 * it ended.
 */
export async function events(options: Record<string, string>): Promise<void> {
  const { file } = openNetwork(options["dir"]!);
  const bearer = customerKey(options["apiKey"], file);
  const most = options["once"] === undefined ? null : wholeNumber("once", options["once"], 1, EVENTS_MAX);
  const query = options["device"] === undefined ? "" : `?devEui=${euiOption("--device", options["device"])}`;
  const url = `${file.endpoints.front}/v1/wireless/events/stream${query}`;
  const show = options["json"] ? (text: string) => print(text) : showLine;
  if (!options["json"]) say("Waiting for events; Ctrl-C ends it");
  // Whoever reads no further (`| head`) has what it wanted.
  process.stdout.once("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  let lastEventId: string | null = null;
  let left = most ?? Number.POSITIVE_INFINITY;
  for (;;) {
    try {
      const stream = await openStream(url, { bearer, lastEventId, silenceMaxMs: SILENCE_MAX_MS });
      for await (const { id, data } of serverSentEvents(stream)) {
        lastEventId = id ?? lastEventId;
        show(data);
        if (--left === 0) return;
      }
      say(`The front ended the stream: tried again in ${RETRY_MS / 1_000} s`);
    } catch (error) {
      if (!(error instanceof WayleaveError) || !error.retryable) throw error;
      say(`${error.message}: tried again in ${RETRY_MS / 1_000} s`);
    }
    await pause(RETRY_MS);
  }
}

function showLine(data: string): void {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    json = null; // told below: no event either way
  }
  const line = eventLine(json);
  if (line === null) say("An event came that this version does not know: --json shows it");
  else print(line);
}
