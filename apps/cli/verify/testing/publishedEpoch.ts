import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { utf8 } from "@wayleave/core/bytes";
import { keccakHex } from "@wayleave/core/hash";
import type { CheckedBundle } from "@wayleave/layer-coordination/bundle/bundleData";
import { manifestText } from "@wayleave/layer-coordination/bundle/manifest";
import { settle } from "@wayleave/layer-coordination/settle/settle";
import type { Settlement } from "@wayleave/layer-coordination/settle/settlement";
import { settledTablesJson } from "@wayleave/layer-coordination/store/settledTables";
import {
  answerBytes,
  COMPUTE,
  EPOCH,
  epochAfter,
  NETWORK,
  published,
  SLOTS,
  STORAGE,
  testEpoch,
  wordJudge,
} from "@wayleave/layer-coordination/settle/testEpoch";
import type { EpochRecord } from "../epochRecord.ts";
import type { VerifyNeeds } from "../verifyReport.ts";

/** Everything that three verifiers publish of one epoch and the one before, over real HTTP, each byte alterable. */
export interface PublishedEpoch {
  readonly needs: VerifyNeeds;
  /** By verifier's number: path → bytes, as served. Whoever changes an entry changes what is served. */
  readonly served: readonly Map<string, Uint8Array>[];
  readonly settlement: Settlement;
  close(): Promise<void>;
}

export async function publishEpoch(): Promise<PublishedEpoch> {
  const before = settleBefore();
  const epoch = testEpoch({
    promise: (device) => ({ totalMicroUsd: 2_000_000n + BigInt(device), notaries: 2 }),
    answer: (device, _verifier, slot) => (isLost(device, slot) ? "lost" : "right"),
  });
  const written = epoch.data.map((data, i) => published(data, epoch.verifiers[i]!));
  const bundles: CheckedBundle[] = written.map(({ bundle }) => bundle);
  const settlement = settle({ ...epoch.input, previous: epochAfter(before), bundles });
  const served = written.map(({ manifest, files }, verifier) => {
    const paths = new Map<string, Uint8Array>([
      [`/bundles/${EPOCH}/manifest.json`, utf8(manifestText(manifest))],
      [`/statements/${EPOCH}`, utf8(settledTablesJson(settlement))],
      [`/statements/${EPOCH - 1}`, utf8(settledTablesJson(before))],
    ]);
    for (const [name, bytes] of files) paths.set(`/bundles/${EPOCH}/${name}`, bytes);
    for (const response of responsesOf(verifier)) paths.set(`/evidence/${keccakHex(response)}`, response);
    return paths;
  });
  const servers = await Promise.all(served.map(serve));
  const weights = epoch.verifiers.map(
    ({ address }) => [address, { weight: 100n, endpoint: "", linkKey: new Uint8Array() }] as const,
  );
  const record: EpochRecord = {
    posted: postedOf(settlement, epoch.input.registry.block),
    previous: { ...postedOf(before, 1n), epoch: EPOCH - 1 },
    seed: epoch.input.seed,
    committedHeads: epoch.input.committedHeads,
    parameters: epoch.input.parameters,
    registry: { ...epoch.input.registry, verifiers: new Map(weights) },
    registryNow: { verifiers: new Map(weights) },
  };
  const verifiers = epoch.verifiers.map(({ address }, i) => ({ account: address, url: servers[i]!.url }));
  const judges = [wordJudge(COMPUTE), wordJudge(STORAGE)];
  return {
    needs: { ids: NETWORK, slotsPerEpoch: SLOTS, record, verifiers, judges },
    served,
    settlement,
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  };
}

/** The epoch before, of the same network: it promised half as much. */
function settleBefore(): Settlement {
  const { input } = testEpoch({ promise: (device) => ({ totalMicroUsd: 1_000_000n + BigInt(device), notaries: 2 }) });
  return settle({
    ...input,
    epoch: EPOCH - 1,
    bundles: input.bundles.map((bundle) => ({ ...bundle, epoch: EPOCH - 1 })),
  });
}

/** One answer shows a fault: its response lies in the bundles themselves. */
function isLost(device: number, slot: number): boolean {
  return device === 1 && slot === 2;
}

function responsesOf(verifier: number): Uint8Array[] {
  const places = Array.from({ length: 4 * SLOTS }, (_, i) => [Math.floor(i / SLOTS), i % SLOTS] as const);
  return places
    .filter(([device, slot]) => !isLost(device, slot))
    .map(([device, slot]) => answerBytes("right", `${device}/${verifier}/${slot}`));
}

function postedOf(settlement: Settlement, block: bigint): EpochRecord["posted"] {
  const { statement, statementHash, bundleHeads, allottedByKind, payerRows, tables } = settlement;
  return {
    ...{ epoch: Number(statement.epoch), statement, statementHash, block, allottedByKind, payerRows },
    ...{ transaction: statementHash, postedAtMs: 0, finalAtMs: 0, final: true },
    signers: [...new Set(tables.verdicts.map(({ verifier }) => verifier))],
    bundleHeads: bundleHeads.map(({ head }) => head),
  };
}

async function serve(paths: ReadonlyMap<string, Uint8Array>) {
  const server: Server = createServer((request, response) => {
    const bytes = paths.get(request.url ?? "");
    if (bytes === undefined) response.writeHead(404).end();
    else response.end(bytes);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
