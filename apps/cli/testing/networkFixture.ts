import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { vi } from "vitest";
import { toJson } from "@wayleave/core/messages";
import type { NetworkFile } from "../network/networkFile.ts";
import { StateDirectory } from "../network/stateDirectory.ts";

const address = (byte: string) => `0x${byte.repeat(20)}` as const;

/** A network.json of a network whose parts are wherever a test says. */
export function networkFixture(change: { endpoints?: object; demo?: object } = {}): NetworkFile {
  const contracts = { dollar: "01", way: "02", escrow: "03", registry: "04", settlement: "05", auction: "06" };
  const nowhere = "http://127.0.0.1:1";
  return {
    network: {
      ...{ name: "local", chainId: 31_415, rpcUrl: nowhere, deployedAtBlock: 1 },
      contracts: Object.fromEntries(
        Object.entries({ ...contracts, timelock: "07" }).map(([name, byte]) => [name, address(byte)]),
      ) as NetworkFile["network"]["contracts"],
      schedule: {
        ...{ genesisMs: 1_000_000, epochMs: 60_000, slotsPerEpoch: 6, leadMs: 6_000, answerDeadlineMs: 2_000 },
        ...{ tickMs: 5_000, cutMs: 5_000, proposerTurnMs: 5_000, disputeWindowMs: 20_000 },
      },
      policy: {
        ...{ treasuryBps: 4_000n, treasury: address("08"), stipendPerVerifier: 1n, vestingEpochs: 90n, cells: [] },
        ...{ maxWayPerUnit: [1n, 1n, 0n, 1n], networkTargets: [null, null, null, null] },
      },
    },
    portBase: 5_000,
    endpoints: {
      chain: nowhere,
      front: nowhere,
      s3: nowhere,
      mqtt: "mqtt://127.0.0.1:6883",
      verifiers: [nowhere],
      ...change.endpoints,
    },
    accounts: { deployer: address("0a"), treasury: address("08"), payer: address("0b") },
    demo: {
      ...{ customer: "demo", apiKey: "wl_key", accessKeyId: "WLDEMO", secretAccessKey: "secret" },
      ...{ region: "local", bucket: "demo", lorawan: null, ...change.demo },
    },
    adminKey: "admin-key-of-at-least-32-characters",
  };
}

/** A state directory with that network.json in it. */
export function stateFixture(file: NetworkFile): { readonly state: StateDirectory; remove(): void } {
  const state = new StateDirectory(mkdtempSync(path.join(tmpdir(), "wayleave-cli-")));
  state.writeJson(file, "network.json");
  return { state, remove: () => rmSync(state.root, { recursive: true, force: true }) };
}

/** A front or verifier that answers as a test says; null is 404. */
export async function fakeApi(
  answer: (request: IncomingMessage & { readonly url: string }, body: string) => unknown,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => reply(response, answer(request as typeof request & { url: string }, body)));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** A state directory whose front answers as a test says. */
export async function frontFixture(
  answer: Parameters<typeof fakeApi>[0],
): Promise<{ readonly dir: string; tidy(): Promise<void> }> {
  const api = await fakeApi(answer);
  const { state, remove } = stateFixture(networkFixture({ endpoints: { front: api.url } }));
  return {
    dir: state.root,
    async tidy() {
      await api.close();
      remove();
    },
  };
}

/** An answer with a status of its own. */
export class Refusal {
  readonly status: number;
  readonly problem: object;
  constructor(status: number, problem: object) {
    this.status = status;
    this.problem = problem;
  }
}

function reply(response: ServerResponse, answer: unknown): void {
  if (answer === null) response.writeHead(404).end();
  else if (answer instanceof Refusal) response.writeHead(answer.status).end(toJson(answer.problem));
  else response.end(typeof answer === "string" ? answer : toJson(answer));
}

/** Takes what a command prints. Standard error is swallowed. */
export async function printed(run: () => Promise<void>): Promise<string> {
  let text = "";
  const take = vi.spyOn(process.stdout, "write").mockImplementation((part) => {
    text += typeof part === "string" ? part : Buffer.from(part).toString();
    return true;
  });
  const quiet = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    await run();
  } finally {
    take.mockRestore();
    quiet.mockRestore();
  }
  return text;
}
