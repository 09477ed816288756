import { chainWriter } from "@wayleave/chain/chainWriter";
import { deployNetwork } from "@wayleave/chain/deployNetwork";
import type { OperatorKeys } from "@wayleave/app-front/operatorKeys";
import type { AccountKey } from "@wayleave/core/accountKey";
import type { DeviceKey } from "@wayleave/core/deviceKey";
import type { Address } from "@wayleave/core/ids";
import { KIND_NUMBERS } from "@wayleave/core/kind";
import { WAY_UNIT } from "@wayleave/core/money";
import { localSchedule, type Network } from "@wayleave/core/network";
import { DEFAULT_PARAMETERS, type Parameters, scaledLambda } from "@wayleave/economy/parameters";
import type { Anvil } from "../supervise/anvil.ts";

export const CHAIN_ID = 31_415;
/** Deposited in the escrow when the network is made: a thousand dollars of the test coin. */
const DEPOSIT_MICRO_USD = 1_000_000_000n;
/** The treasury's stake in verifiers' stipends. */
const STIPEND_POT = 1_000_000n * WAY_UNIT;
const VERIFIER_WEIGHT = 1_000n * WAY_UNIT;
/** The first whole epoch begins this long after deployment: verifiers and devices are there by then. */
const FIRST_EPOCH_IN_MS = 20_000;
const DAY_MS = 86_400_000n;

/** Seven neighbouring H3 cells (resolution 7) around Bern, so that concentration by cell has something to show. */
export const LOCAL_CELLS = [
  "871f8ad18ffffff",
  "871f8ad1affffff",
  "871f8ad1bffffff",
  "871f8ad19ffffff",
  "871f8ac25ffffff",
  "871f8ac24ffffff",
  "871f8ad1effffff",
];

/**
 * Where the local network's simulated gateways stand, 2.3 km apart in Bern, as H3 cells of resolution 12; gateway i is at
 * place i modulo their number.
 */
export const LOCAL_GATEWAYS = [
  { latitude: 46.948, longitude: 7.4474, cell: "8c1f8342cc0e3ff" },
  { latitude: 46.965, longitude: 7.464, cell: "8c1f83553564bff" },
] as const;
/** The cells of resolution 8 that they lie in: where the local network wants coverage, a dozen units each. */
const WANTED_CELLS = ["881f8342cdfffff", "881f835535fffff"];
const WANTED_UNITS = 12_000_000n;

/** Who stands on a new local chain before anybody starts. Endpoints as `core/endpoint.ts` formats them. */
export interface LocalParties {
  readonly deployer: AccountKey;
  readonly treasury: AccountKey;
  readonly operator: OperatorKeys & { readonly endpoint: string };
  readonly verifiers: readonly {
    readonly account: AccountKey;
    readonly linkKey: DeviceKey;
    readonly endpoint: string;
  }[];
}

/** Deploys the contracts, registers verifiers and the operator, funds stipends and the payer's deposit; all on disk when it returns. */
export async function deployLocal(chain: Anvil, epochMs: number, parties: LocalParties): Promise<Network> {
  const { deployer, treasury, operator, verifiers } = parties;
  const accounts = [deployer, treasury, operator.account, ...verifiers.map(({ account }) => account)];
  await chain.fund(accounts.map(({ address }) => address));
  const genesisMs = Math.ceil((Date.now() + FIRST_EPOCH_IN_MS - epochMs) / 1000) * 1000;
  const schedule = localSchedule(genesisMs, epochMs);
  const parameters = localParameters(epochMs, treasury.address);
  const place = { chainId: CHAIN_ID, rpcUrl: chain.rpcUrl };
  const deployed = await deployNetwork({ ...place, deployer, parameters, schedule, treasury: treasury.address });
  const network: Network = { name: "local", ...place, ...deployed, schedule, policy: policyOf(parameters) };
  const [owner, treasurer, payer] = await Promise.all([
    chainWriter(network, deployer),
    chainWriter(network, treasury),
    chainWriter(network, operator.account),
  ]);
  await Promise.all([
    ...verifiers.map(({ account, linkKey, endpoint }) =>
      owner.setVerifier(account.address, endpoint, linkKey.publicKey, VERIFIER_WEIGHT),
    ),
    treasurer.fundStipend(STIPEND_POT),
    owner.mintTestDollars(operator.account.address, DEPOSIT_MICRO_USD).then(() => payer.deposit(DEPOSIT_MICRO_USD)),
    payer.registerOperator(operator.endpoint, operator.linkKey.publicKey),
  ]);
  for (const writer of [owner, treasurer, payer]) writer.close();
  // Without this a kill before the first regular dump would lose the contracts.
  await chain.dump();
  return network;
}

/** The defaults, with what is per day scaled to the epoch. */
export function localParameters(epochMs: number, treasury: Address): Parameters {
  const scaled = (perDay: bigint) => (perDay * BigInt(epochMs)) / DAY_MS;
  return {
    ...DEFAULT_PARAMETERS,
    lambdaPerBillion: scaledLambda(epochMs),
    stipendPerEpoch: scaled(DEFAULT_PARAMETERS.stipendPerEpoch),
    stipendPerVerifier: scaled(DEFAULT_PARAMETERS.stipendPerVerifier),
    treasury,
    cells: WANTED_CELLS.map((cell) => ({
      kind: KIND_NUMBERS.wireless,
      locality: BigInt(`0x${cell}`),
      weight: 1n,
      target: WANTED_UNITS,
      network: 0n,
    })),
  };
}

function policyOf(parameters: Parameters): Network["policy"] {
  const { treasuryBps, treasury, stipendPerVerifier, maxWayPerUnit, networkTargets, vestingEpochs, cells } = parameters;
  return {
    treasuryBps,
    treasury,
    stipendPerVerifier,
    maxWayPerUnit: [...maxWayPerUnit],
    networkTargets: [...networkTargets],
    vestingEpochs,
    cells: cells.map((cell) => ({ ...cell })),
  };
}
