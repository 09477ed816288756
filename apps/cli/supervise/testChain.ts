import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deployNetwork } from "@wayleave/chain/deployNetwork";
import { type AccountKey, randomAccountKey } from "@wayleave/core/accountKey";
import { WAY_UNIT } from "@wayleave/core/money";
import { localSchedule, type Network } from "@wayleave/core/network";
import { DEFAULT_PARAMETERS, type Parameters, scaledLambda } from "@wayleave/economy/parameters";
import { type Anvil, startAnvil } from "./anvil.ts";

/** `economy.md`'s defaults, λ for epochs of a minute. */
export const TEST_PARAMETERS: Parameters = {
  ...DEFAULT_PARAMETERS,
  lambdaPerBillion: scaledLambda(60_000),
  stipendPerEpoch: 3n * WAY_UNIT,
};

export interface TestChain {
  readonly network: Network;
  /** Owns everything, holds half of all WAY. */
  readonly deployer: AccountKey;
  /** A fresh account with gas. */
  account(): Promise<AccountKey>;
  /** Any JSON-RPC method: `evm_increaseTime`, `evm_mine`, `anvil_reorg`. */
  rpc<T = unknown>(method: string, ...params: readonly unknown[]): Promise<T>;
  /** Moves the chain's clock to at least this moment and mines one block. */
  warpTo(unixMs: number): Promise<void>;
  /** The chain now running; replaced by {@link TestChain.killAndRestart}. */
  anvil(): Anvil;
  /** `kill -9`, then on from the last dump, on the same port. */
  killAndRestart(): Promise<void>;
  close(): Promise<void>;
}

export interface TestChainOptions {
  /** Default 60,000. */
  readonly epochMs?: number;
  /** Default 1. Below it, tests wait less and the chain's clock runs ahead of the wall's: blocks are a second apart. */
  readonly blockTimeS?: number;
}

/** A real anvil with all contracts deployed, for tests. Ready in about two seconds: blocks come every second. */
export async function testChain(options: TestChainOptions = {}): Promise<TestChain> {
  const stateDir = mkdtempSync(join(tmpdir(), "wayleave-test-chain-"));
  const chainId = 31_337;
  const blockTimeS = options.blockTimeS ?? 1;
  let anvil = await startAnvil({ stateDir, chainId, port: 0, blockTimeS });
  const { rpcUrl, port } = anvil;
  const rpc = <T>(method: string, ...params: readonly unknown[]) => call<T>(rpcUrl, method, params);
  const deployer = randomAccountKey();
  await anvil.fund([deployer.address]);
  const epochMs = options.epochMs ?? 60_000;
  const genesisMs = Math.floor(Date.now() / epochMs) * epochMs;
  const schedule = localSchedule(genesisMs, epochMs);
  const deployed = await deployNetwork({ rpcUrl, chainId, deployer, schedule, parameters: TEST_PARAMETERS });
  const { treasuryBps, stipendPerVerifier, maxWayPerUnit, networkTargets, vestingEpochs, cells } = TEST_PARAMETERS;
  const amounts = { treasuryBps, treasury: deployer.address, stipendPerVerifier, vestingEpochs };
  const lists = { maxWayPerUnit: [...maxWayPerUnit], networkTargets: [...networkTargets], cells: [...cells] };
  return {
    network: { name: "test", chainId, rpcUrl, ...deployed, schedule, policy: { ...amounts, ...lists } },
    deployer,
    async account() {
      const key = randomAccountKey();
      await anvil.fund([key.address]);
      return key;
    },
    rpc,
    async warpTo(unixMs) {
      const { timestamp } = await rpc<{ timestamp: `0x${string}` }>("eth_getBlockByNumber", "latest", false);
      const seconds = Math.ceil(unixMs / 1000) - Number(timestamp);
      if (seconds > 0) await rpc("evm_increaseTime", seconds);
      await rpc("evm_mine");
    },
    anvil: () => anvil,
    async killAndRestart() {
      process.kill(anvil.pid, "SIGKILL");
      await anvil.exited;
      anvil = await startAnvil({ stateDir, chainId, port, blockTimeS });
    },
    async close() {
      process.kill(anvil.pid, "SIGKILL"); // nothing in it is worth a dump
      await anvil.exited;
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

async function call<T>(rpcUrl: string, method: string, params: readonly unknown[]): Promise<T> {
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const answer = (await response.json()) as { result: T; error?: { message: string } };
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}
