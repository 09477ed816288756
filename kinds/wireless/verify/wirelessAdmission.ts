import { randomBytes } from "node:crypto";
import { toHex } from "@wayleave/core/bytes";
import type { SigningDomain } from "@wayleave/core/eip712";
import type { Admission } from "@wayleave/core/kind";
import { toJson } from "@wayleave/core/messages";
import { type Clock, type Schedule, epochAt } from "@wayleave/core/time";
import { type Verdict, fault } from "@wayleave/core/verdict";
import { readBody } from "@wayleave/link/body";
import type { LinkPeer } from "@wayleave/link/types";
import { MAX_COVERAGE_ANSWER_BYTES } from "../model/coverage.ts";
import { judgeCoverageAnswer } from "./judgeCoverageAnswer.ts";
import { WIRELESS_RULE } from "./wirelessJudge.ts";

const ADMISSION_TIMEOUT_MS = 10_000;

/**
 * Lets gateways in: an agent that answers one challenge as a gateway must. It proves a key and working software, no radio:
 * what a radio is worth is only proven with others, epoch by epoch, and until then nothing is paid.
 */
export function wirelessAdmission(options: {
  readonly domain: SigningDomain;
  readonly schedule: Schedule;
  readonly clock: Clock;
}): Admission<LinkPeer> {
  const { domain, schedule, clock } = options;
  return {
    rule: WIRELESS_RULE,
    async admit(peer, signal): Promise<Verdict> {
      const challenge = toHex(randomBytes(32));
      const epoch = Math.max(0, epochAt(schedule, clock.now()));
      const reply = await peer.request({
        method: "POST",
        path: "/challenges/wireless",
        headers: { "content-type": "application/json" },
        body: Buffer.from(toJson({ epoch, challenge })),
        timeoutMs: ADMISSION_TIMEOUT_MS,
        signal,
      });
      if (reply.status !== 200) {
        reply.body.resume();
        return fault("challenge-refused");
      }
      const response = await readBody(reply.body, MAX_COVERAGE_ANSWER_BYTES);
      return judgeCoverageAnswer({ device: peer.id, publicKey: peer.publicKey, epoch, challenge, response }, domain);
    },
  };
}
