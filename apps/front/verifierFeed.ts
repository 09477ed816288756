import { setTimeout as pause } from "node:timers/promises";
import { addressSchema, type Address } from "@wayleave/core/ids";
import type { Claim, Logger } from "@wayleave/core/kind";
import { toJson } from "@wayleave/core/messages";
import { z } from "zod";

/** A fault is seen within this time of the second verifier's judgement. */
const POLL_MS = 2_000;
const TIMEOUT_MS = 3_000;
/** A verifier hears the accused device before it answers. */
const CLAIM_TIMEOUT_MS = 8_000;
const CLAIM_ATTEMPTS = 3;
/** One verifier's word alone takes nobody's place while there are others. */
const AGREEING_VERIFIERS = 2;
/** A network's devices; more than that is not one verifier's to answer in one page. */
const MAX_STANDINGS = 100_000;

const standingsSchema = z
  .array(
    z.object({ device: addressSchema, kind: z.number().int(), fault: z.string().max(64), epoch: z.number().int() }),
  )
  .max(MAX_STANDINGS);

/** Who lost its place, and why, as verifiers say. */
export interface VerifierFeed {
  standing(device: Address): { readonly fault: string; readonly epoch: number } | null;
  /** Hands an accusation to every verifier. @returns how many upheld it. */
  claim(claim: Claim): Promise<number>;
  close(): void;
}

export function followVerifiers(urls: () => readonly string[], log: Logger): VerifierFeed {
  let standings = new Map<Address, { fault: string; epoch: number }>();
  const poll = async () => {
    const answers = await Promise.all(urls().map((url) => standingsOf(url, log)));
    const heard = answers.filter((answer) => answer !== null);
    if (heard.length === 0) return; // nobody answered: what was known stays
    const byDevice = Map.groupBy(heard.flat(), ({ device }) => device);
    const enough = Math.min(AGREEING_VERIFIERS, heard.length);
    standings = new Map(
      [...byDevice]
        .filter(([, said]) => said.length >= enough)
        .map(([device, said]) => {
          const newest = said.reduce((a, b) => (b.epoch > a.epoch ? b : a));
          return [device, { fault: newest.fault, epoch: newest.epoch }];
        }),
    );
  };
  const polling = setInterval(() => void poll(), POLL_MS);
  return {
    standing: (device) => standings.get(device) ?? null,
    async claim({ kind, device, epoch, evidence }) {
      const body = toJson({ kind, device, epoch, evidence: Buffer.from(evidence).toString("base64") });
      const upheld = await Promise.all(urls().map((url) => postClaim(`${url}/claims`, body, log)));
      return upheld.filter(Boolean).length;
    },
    close: () => clearInterval(polling),
  };
}

async function standingsOf(url: string, log: Logger): Promise<z.output<typeof standingsSchema> | null> {
  try {
    const response = await fetch(`${url}/standings`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return standingsSchema.parse(await response.json());
  } catch (error) {
    log.debug({ verifier: url, reason: String(error) }, "Heard no standings");
    return null;
  }
}

/** A verifier that could not be reached is asked again: a claim counts only when two of them upheld it. */
async function postClaim(url: string, body: string, log: Logger): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      const headers = { "content-type": "application/json" };
      const signal = AbortSignal.timeout(CLAIM_TIMEOUT_MS);
      const response = await fetch(url, { method: "POST", headers, body, signal });
      const isFinal = response.status < 500 && response.status !== 429;
      if (isFinal && !response.ok) log.warn({ url, status: response.status }, "A verifier did not uphold a claim");
      if (isFinal) return response.ok;
      throw new Error(`HTTP ${response.status}`);
    } catch (error) {
      log.warn({ url, attempt, reason: String(error) }, "Could not hand in a claim");
      if (attempt >= CLAIM_ATTEMPTS) return false;
      await pause(POLL_MS);
    }
  }
}
