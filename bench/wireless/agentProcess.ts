/** An agent of the wireless benchmark: gateways' UDP on one side, its link to the front on the other. */
import { Readable, Transform } from "node:stream";
import { deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import type { Logger, PayerGate } from "@wayleave/core/kind";
import {
  PURCHASES_PATH,
  PURCHASE_BODY_BYTES_MAX,
  type PurchasesReply,
  UPLINKS_PATH,
} from "@wayleave/kind-wireless/model/agentApi";
import { UplinkStreamDecoder } from "@wayleave/kind-wireless/model/uplinkStream";
import { openWirelessProvider } from "@wayleave/kind-wireless/provide/wirelessProvider";
import { readBody } from "@wayleave/link/body";
import { dialLink } from "@wayleave/link/dialer";
import type { LinkRoute } from "@wayleave/link/types";
import { answerQuestions } from "./benchProcess.ts";

export interface AgentOptions {
  readonly index: number;
  readonly linkId: `0x${string}`;
  /** Where it reaches the front: itself, or a slow line to it. */
  readonly port: number;
  /** Notes which frame every purchase was for: costs time, so not where speed is measured. */
  readonly audited: boolean;
}
export interface AgentFigures {
  /** Acts that the payer was charged for: copies and downlinks together. */
  readonly charged: number;
  /** How often each frame's copy was bought here, by its PHYPayload in hex; empty unless audited. */
  readonly boughtByFrame: ReadonlyMap<string, number>;
  readonly gateways: readonly { readonly uplinks: number; readonly drops: Readonly<Record<string, number>> }[];
}

const options = JSON.parse(process.argv[2]!) as AgentOptions;
const say = (fields: object, message: string) =>
  process.stderr.write(`agent ${options.index}: ${message} ${JSON.stringify(fields)}\n`);
const log: Logger = { debug: () => undefined, info: () => undefined, warn: say, error: say };
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
const payer = `0x${"aa".repeat(20)}` as const;
const boughtByFrame = new Map<string, number>();
const frameOfSequence = new Map<number, string>();
let charged = 0;

const gate: PayerGate = {
  charge: () => undefined, // counted by purchase, below
  mayServe: () => true,
  payerOfLink: (linkId) => (linkId === options.linkId ? payer : null),
};
const provider = await openWirelessProvider(
  { gwmp: { port: 0, host: "127.0.0.1" }, station: null },
  { gate, clock, log },
);

/** The same route; what passes by is noted. */
function watched(route: LinkRoute): LinkRoute {
  if (route.path === UPLINKS_PATH && options.audited) {
    return {
      ...route,
      async handler(request) {
        const reply = await route.handler(request);
        if (!(reply.body instanceof Readable)) return reply;
        const decoder = new UplinkStreamDecoder();
        const noting = new Transform({
          transform(chunk: Buffer, _encoding, done) {
            for (const item of decoder.push(chunk)) {
              if (item.type !== "uplink") continue;
              frameOfSequence.set(item.sequence, Buffer.from(item.uplink.payload).toString("hex"));
            }
            done(null, chunk);
          },
        });
        return { ...reply, body: reply.body.pipe(noting) };
      },
    };
  }
  if (route.path !== PURCHASES_PATH) return route;
  return {
    ...route,
    async handler(request) {
      const bytes = await readBody(request.body, PURCHASE_BODY_BYTES_MAX);
      const reply = await route.handler({ ...request, body: Readable.from([bytes]) });
      const { bought, refused } = JSON.parse(Buffer.from(reply.body as Uint8Array).toString()) as PurchasesReply;
      charged += bought;
      if (!options.audited) return reply;
      const { copies } = JSON.parse(new TextDecoder().decode(bytes)) as { copies: { sequence: number }[] };
      const not = new Set(refused.map(({ sequence }) => sequence));
      for (const { sequence } of copies) {
        const frame = frameOfSequence.get(sequence);
        if (frame === undefined) throw new Error("a copy was bought that was never delivered");
        if (!not.has(sequence)) boughtByFrame.set(frame, (boughtByFrame.get(frame) ?? 0) + 1);
      }
      return reply;
    },
  };
}

const link = dialLink({
  key: deviceKeyFromSeed(new Uint8Array(32).fill(100 + options.index)),
  ...{ host: "127.0.0.1", port: options.port, expectedPeerId: options.linkId, log },
  routes: provider.routes.map(watched),
});
await link.connected();

answerQuestions(
  {
    port: () => provider.ports.gwmp!,
    figures: (): AgentFigures => ({
      ...{ charged, boughtByFrame },
      gateways: provider.gateways().map(({ uplinks, drops }) => ({ uplinks, drops })),
    }),
  },
  async () => {
    await link.close();
    await provider.close();
  },
);
