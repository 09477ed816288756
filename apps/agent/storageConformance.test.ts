import { randomBytes } from "node:crypto";
import { describe } from "vitest";
import { localSchedule } from "@wayleave/core/network";
import { storageJudge } from "@wayleave/kind-storage/verify/storageJudge";
import { providerConformance, type RecordingGate } from "@wayleave/layer-physical/conformance";
import { DOMAIN, temporaryDirectory, TestDevice } from "../../kinds/storage/provide/testing/device.ts";
import { get, newId, put } from "../../kinds/storage/provide/testing/operator.ts";

const PIECE_BYTES = 50_000;
const judge = storageJudge({ domain: DOMAIN, schedule: localSchedule(0) });

describe("storage", () => {
  providerConformance(async () => {
    const directory = await temporaryDirectory();
    const device = await TestDevice.open(directory);
    const operator = device.operator();
    const stored = async () => {
      const id = newId();
      const { status } = await put(device, operator, id, randomBytes(PIECE_BYTES));
      if (status !== 200) throw new Error(`refused to store: ${status}`);
      return id;
    };
    await stored();
    const { provider, key, clock } = device;
    const gate: RecordingGate = {
      charge: (payer, act) => device.gate.charge(payer, act),
      mayServe: device.gate.mayServe,
      payerOfLink: device.gate.payerOfLink,
      charges: device.gate.charged,
      get serve() {
        return !device.gate.unpaid.has(operator.payer);
      },
      set serve(serve) {
        if (serve) device.gate.unpaid.delete(operator.payer);
        else device.gate.unpaid.add(operator.payer);
      },
    };
    return {
      ...{ provider, gate, device: key, domain: DOMAIN },
      advance: (ms) => clock.advance(ms),
      async work() {
        const { status } = await get(device, operator, await stored());
        if (status !== 200) throw new Error(`refused to read: ${status}`);
      },
      async judges(epoch, challenge, response) {
        const commitment = await provider.commit(epoch);
        const { id, publicKey } = key;
        return judge.judge({ device: id, publicKey, epoch, challenge, commitment, response }).pass;
      },
      dispose: async () => directory[Symbol.asyncDispose](),
    };
  });
});
