import type { Abi, Hex } from "viem";
import type { AccountKey } from "@wayleave/core/accountKey";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address } from "@wayleave/core/ids";
import { WAY_UNIT, type Way } from "@wayleave/core/money";
import type { ContractAddresses } from "@wayleave/core/network";
import type { Schedule } from "@wayleave/core/time";
import { chainError } from "./chainError.ts";
import { type ChainClient, type ChainPlace, connectChain } from "./connection.ts";
import { type EnforcedParameters, toAbiParameters } from "./enforcedParameters.ts";

/** The largest of ours takes 5M; no transaction may ask for more than 2²⁴ (EIP-7825). What is not used is not paid. */
const DEPLOY_GAS = 12_000_000n;
/** Nine transactions fit one block; a public network's are 12 s apart and may be full for a while. */
const MINED_TIMEOUT_MS = 180_000;
/** Verifiers may come before the contracts of their round are final; a thaw must outlast all of that. */
const THAW_EPOCHS = 2;

export interface DeployOptions extends ChainPlace {
  /** Pays for everything, owns the registry and the settlement until it hands them over. Must have native coin. */
  readonly deployer: AccountKey;
  readonly parameters: EnforcedParameters;
  /** `genesisMs` and all durations that the contract knows must be whole seconds. */
  readonly schedule: Schedule;
  /** Receives half of all WAY. Default: the deployer, so that a local network can fund stipends. */
  readonly treasury?: Address;
  /** An existing stablecoin with 6 decimals. Default: deploys a test coin that anyone mints. */
  readonly dollar?: Address;
  /** Who may pause new statements. Default: the deployer. */
  readonly guardian?: Address;
  /** Blocks from an epoch's opening to the block whose hash is its seed. Default 2; finality on a public network. */
  readonly seedDelayBlocks?: number;
  /** Default: twice the epoch, and what settles it. */
  readonly thawMs?: number;
  readonly auction?: { readonly startPriceWayPerDollar: Way; readonly halfLifeMs: number };
  readonly timelock?: { readonly minDelayMs: number; readonly proposers: readonly Address[] };
}

export interface Deployed {
  readonly contracts: ContractAddresses;
  /** Where event indexes begin. */
  readonly deployedAtBlock: number;
}

/**
 * Deploys all contracts of a network and names the settlement in the escrow and in WAY; in the order of
 * `contracts/README.md`. All transactions go out at once, addresses being known beforehand, so it takes one or two
 * blocks. Ownership stays with the deployer: hand it to `contracts.timelock` when verifiers are set.
 * @throws WayleaveError `deploy-failed` naming the contract, `bad-schedule` naming the field.
 */
export async function deployNetwork(options: DeployOptions): Promise<Deployed> {
  const client = await connectChain(options);
  const steps = await plan(client, options);
  const { privateKeyToAccount } = await import("viem/accounts");
  const account = privateKeyToAccount(options.deployer.exportPrivateKey());
  const fees = await client.estimateFeesPerGas().catch(async (error: unknown) => {
    throw await chainError("deployNetwork", error);
  });
  const sent: { name: string; hash: Hex }[] = [];
  for (const step of steps.transactions) {
    const transaction = {
      type: "eip1559" as const,
      chainId: options.chainId,
      nonce: step.nonce,
      gas: DEPLOY_GAS,
      data: step.data,
      ...(step.to === undefined ? {} : { to: step.to }),
      maxFeePerGas: fees.maxFeePerGas * 2n,
      maxPriorityFeePerGas: fees.maxPriorityFeePerGas,
    };
    const serializedTransaction = await account.signTransaction(transaction);
    const hash = await client.sendRawTransaction({ serializedTransaction }).catch(async (error: unknown) => {
      throw await chainError(`deploy ${step.name}`, error);
    });
    sent.push({ name: step.name, hash });
  }
  const blocks = await Promise.all(sent.map((transaction) => minedBlock(client, transaction)));
  return { contracts: steps.contracts, deployedAtBlock: Number(blocks.reduce((a, b) => (a < b ? a : b))) };
}

async function minedBlock(client: ChainClient, { name, hash }: { name: string; hash: Hex }): Promise<bigint> {
  const receipt = await client
    .waitForTransactionReceipt({ hash, timeout: MINED_TIMEOUT_MS })
    .catch(async (error: unknown) => {
      throw await chainError(`deploy ${name}`, error);
    });
  if (receipt.status === "success") return receipt.blockNumber;
  const facts = { contract: name, transaction: hash, gasUsed: receipt.gasUsed };
  throw new WayleaveError("deploy-failed", `Deploying ${name} was reverted`, facts);
}

interface Step {
  readonly name: string;
  readonly nonce: number;
  readonly to?: Address;
  readonly data: Hex;
}

async function plan(
  client: ChainClient,
  options: DeployOptions,
): Promise<{ contracts: ContractAddresses; transactions: Step[] }> {
  const { encodeDeployData, encodeFunctionData, getContractAddress } = await import("viem");
  const artifacts = await loadArtifacts();
  const deployer = options.deployer.address;
  let nonce = await client.getTransactionCount({ address: deployer, blockTag: "pending" }).catch(async (e: unknown) => {
    throw await chainError("deployNetwork", e);
  });
  const transactions: Step[] = [];
  const deploy = (name: string, artifact: Artifact, args: readonly unknown[]): Address => {
    transactions.push({ name, nonce, data: encodeDeployData({ ...artifact, args }) });
    return getContractAddress({ from: deployer, nonce: BigInt(nonce++) }).toLowerCase() as Address;
  };
  const call = (name: string, to: Address, abi: Abi, functionName: string, args: readonly unknown[]): void => {
    transactions.push({ name, nonce: nonce++, to, data: encodeFunctionData({ abi, functionName, args }) });
  };

  const { schedule } = options;
  const thawMs = options.thawMs ?? THAW_EPOCHS * schedule.epochMs + schedule.cutMs + schedule.disputeWindowMs;
  const auction = options.auction ?? { startPriceWayPerDollar: 10n * WAY_UNIT, halfLifeMs: schedule.epochMs };
  const timelockDelayS = seconds("timelock.minDelayMs", options.timelock?.minDelayMs ?? schedule.epochMs);
  const proposers = options.timelock?.proposers ?? [deployer];

  const dollar = options.dollar ?? deploy("TestDollar", artifacts.testDollar, []);
  const timelock = deploy("Timelock", artifacts.timelock, [timelockDelayS, proposers, proposers]);
  const way = deploy("Way", artifacts.way, [options.treasury ?? deployer]);
  const escrow = deploy("Escrow", artifacts.escrow, [dollar, BigInt(Math.ceil(thawMs / 1000))]);
  const registry = deploy("Registry", artifacts.registry, [deployer]);
  const auctionArgs = [dollar, way, auction.startPriceWayPerDollar, seconds("auction.halfLifeMs", auction.halfLifeMs)];
  const auctionAddress = deploy("BurnAuction", artifacts.burnAuction, auctionArgs);
  const config = {
    ...{ dollar, way, escrow, registry, burnAuction: auctionAddress, owner: deployer },
    guardian: options.guardian ?? deployer,
    genesisTime: seconds("genesisMs", schedule.genesisMs),
    epochSeconds: seconds("epochMs", schedule.epochMs),
    seedDelayBlocks: BigInt(options.seedDelayBlocks ?? 2),
    disputeWindowSeconds: BigInt(Math.ceil(schedule.disputeWindowMs / 1000)),
    params: toAbiParameters(options.parameters),
  };
  const settlement = deploy("Settlement", artifacts.settlement, [config]);
  call("Way.setMinter", way, artifacts.way.abi, "setMinter", [settlement]);
  call("Escrow.setSettlement", escrow, artifacts.escrow.abi, "setSettlement", [settlement]);
  return { contracts: { dollar, way, escrow, registry, settlement, auction: auctionAddress, timelock }, transactions };
}

function seconds(field: string, ms: number): bigint {
  if (!Number.isSafeInteger(ms) || ms % 1000 !== 0) {
    throw new WayleaveError("bad-schedule", `${field} must be whole seconds: the contract counts them`, { field, ms });
  }
  return BigInt(ms / 1000);
}

interface Artifact {
  readonly abi: Abi;
  readonly bytecode: Hex;
}

/** Loaded here only: nothing else needs the 130 KB of bytecode. */
async function loadArtifacts(): Promise<
  Record<"testDollar" | "timelock" | "way" | "escrow" | "registry" | "burnAuction" | "settlement", Artifact>
> {
  const [dollar, timelock, way, escrow, registry, auction, settlement] = await Promise.all([
    import("./generated/TestDollar.ts"),
    import("./generated/Timelock.ts"),
    import("./generated/Way.ts"),
    import("./generated/Escrow.ts"),
    import("./generated/Registry.ts"),
    import("./generated/BurnAuction.ts"),
    import("./generated/Settlement.ts"),
  ]);
  return {
    testDollar: { abi: dollar.testDollarAbi, bytecode: dollar.testDollarBytecode },
    timelock: { abi: timelock.timelockAbi, bytecode: timelock.timelockBytecode },
    way: { abi: way.wayAbi, bytecode: way.wayBytecode },
    escrow: { abi: escrow.escrowAbi, bytecode: escrow.escrowBytecode },
    registry: { abi: registry.registryAbi, bytecode: registry.registryBytecode },
    burnAuction: { abi: auction.burnAuctionAbi, bytecode: auction.burnAuctionBytecode },
    settlement: { abi: settlement.settlementAbi, bytecode: settlement.settlementBytecode },
  };
}
