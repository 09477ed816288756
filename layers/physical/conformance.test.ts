import { describe } from "vitest";
import { equalBytes, hexToBytes } from "@wayleave/core/bytes";
import { generateDeviceKey } from "@wayleave/core/deviceKey";
import { keccak256 } from "@wayleave/core/hash";
import type { Address } from "@wayleave/core/ids";
import { providerConformance, recordingGate } from "./conformance.ts";
import { toyProvider } from "./testing/toyProvider.ts";

const PAYER: Address = `0x${"7a".repeat(20)}`;
const DOMAIN = { chainId: 31337, verifyingContract: `0x${"5e".repeat(20)}` as Address };

// The suite itself is kept honest by the smallest kind that there can be: the real kinds run it in apps/agent.
describe("the toy kind", () => {
  providerConformance(async () => {
    const key = generateDeviceKey();
    const gate = recordingGate(() => PAYER);
    const provider = toyProvider({ key, domain: DOMAIN, gate });
    return {
      ...{ provider, gate, device: key, domain: DOMAIN },
      advance: () => undefined,
      work: () => provider.work(PAYER),
      async judges(epoch, challenge, answer) {
        const made = await provider.commit(epoch);
        return equalBytes(answer, keccak256(hexToBytes(challenge), hexToBytes(made!.commitment.root)));
      },
      dispose: async () => undefined,
    };
  });
});
