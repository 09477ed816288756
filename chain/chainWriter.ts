import type { Abi, Hex } from "viem";
import type { AccountKey } from "@wayleave/core/accountKey";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import type { Logger } from "@wayleave/core/kind";
import type { RegisterDevice, Ticket } from "@wayleave/core/messages";
import type { MicroUsd, Way } from "@wayleave/core/money";
import type { ContractAddresses } from "@wayleave/core/network";
import type { PayerRow, PayoutRow, Statement } from "@wayleave/core/statement";
import type { SumNode } from "@wayleave/core/sumTree";
import { type ChainPlace, connectChain } from "./connection.ts";
import { type EnforcedParameters, toAbiParameters } from "./enforcedParameters.ts";
import { burnAuctionAbi } from "./generated/BurnAuction.ts";
import { escrowAbi } from "./generated/Escrow.ts";
import { registryAbi } from "./generated/Registry.ts";
import { settlementAbi } from "./generated/Settlement.ts";
import { testDollarAbi } from "./generated/TestDollar.ts";
import { wayAbi } from "./generated/Way.ts";
import { type MinedCall, openOutbox } from "./outbox.ts";

/** Where a network's contracts are: `Network` of core fits. */
export interface ChainNetwork extends ChainPlace {
  readonly contracts: ContractAddresses;
}

/** What a quorum signed, with the lists that the contract hashes again. */
export interface StatementPosting {
  readonly statement: Statement;
  /** Strictly ascending by payer. */
  readonly payerRows: readonly PayerRow[];
  /** By kind number, four of them. */
  readonly allottedByKind: readonly Way[];
  /** Strictly ascending. */
  readonly bundleHeads: readonly Hash32[];
  /** 65 bytes each, ascending by the signer they recover to. */
  readonly signatures: readonly Hex[];
}

/** One payout with its place in the final payouts tree. */
export interface PayoutClaim extends PayoutRow {
  readonly index: number;
  readonly proof: readonly SumNode[];
}

export interface DeviceRegistration {
  /** P-256 x‖y, 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly wish: RegisterDevice;
  /** 64 bytes r‖s over sha256(digest). */
  readonly deviceSignature: Uint8Array;
  readonly ticket: Ticket;
  readonly ticketSignature: Hex;
}

export interface OwnerClaim {
  readonly device: Address;
  readonly owner: Address;
  readonly nonce: bigint;
  /** 64 bytes r‖s over sha256(digest). */
  readonly deviceSignature: Uint8Array;
  readonly ownerSignature: Hex;
}

/**
 * One account's transactions. Every method resolves when mined and rejects with a WayleaveError, `chain-reverted` naming
 * the contract's own error in `facts.error`. Amounts: µ$ and 10⁻¹⁸ WAY.
 */
export interface ChainWriter {
  readonly account: Address;
  openEpoch(epoch: number): Promise<MinedCall>;
  recordSeed(epoch: number): Promise<MinedCall>;
  commitReveal(epoch: number, head: Hash32): Promise<MinedCall>;
  postStatement(posting: StatementPosting): Promise<MinedCall>;
  finalize(): Promise<MinedCall>;
  claimBatch(claims: readonly PayoutClaim[]): Promise<MinedCall>;
  registerDevice(registration: DeviceRegistration): Promise<MinedCall>;
  claimOwner(claim: OwnerClaim): Promise<MinedCall>;
  transferDevice(device: Address, newOwner: Address): Promise<MinedCall>;
  setPayout(payout: Address): Promise<MinedCall>;
  /** @param linkKey - P-256 x‖y, 64 bytes: what devices pin. */
  registerOperator(endpoint: string, linkKey: Uint8Array): Promise<MinedCall>;
  removeOperator(): Promise<MinedCall>;
  /** Owner only. Weight 0 retires. */
  setVerifier(account: Address, endpoint: string, linkKey: Uint8Array, weight: bigint): Promise<MinedCall>;
  /** Owner only. */
  setParameters(parameters: EnforcedParameters): Promise<MinedCall>;
  /** Hands registry and settlement to another owner: the timelock. */
  transferOwnership(newOwner: Address): Promise<void>;
  /** Approves and deposits. @param payer - default: this account. */
  deposit(amount: MicroUsd, payer?: Address): Promise<MinedCall>;
  requestWithdrawal(amount: MicroUsd): Promise<MinedCall>;
  withdraw(): Promise<MinedCall>;
  /** Approves and buys dollars of the burn auction for at most `maxWay`. */
  buyDollars(dollars: MicroUsd, maxWay: Way): Promise<MinedCall>;
  /** Approves and adds to the pot that stipends are paid from. */
  fundStipend(amount: Way): Promise<MinedCall>;
  transferDollars(to: Address, amount: MicroUsd): Promise<MinedCall>;
  transferWay(to: Address, amount: Way): Promise<MinedCall>;
  /** Local networks only: the test coin lets anyone mint. */
  mintTestDollars(to: Address, amount: MicroUsd): Promise<MinedCall>;
  /** Transactions not mined yet. */
  pending(): number;
  close(): void;
}

/** Opens the writer of one account. One per account and program: it gives the nonces. */
export async function chainWriter(network: ChainNetwork, key: AccountKey, log?: Logger): Promise<ChainWriter> {
  const outbox = await openOutbox(await connectChain(network), key, log);
  const { encodeFunctionData } = await import("viem");
  const at = network.contracts;

  type Target = readonly [name: string, to: Address, abi: Abi];
  const settlement: Target = ["Settlement", at.settlement, settlementAbi];
  const registry: Target = ["Registry", at.registry, registryAbi];
  const escrow: Target = ["Escrow", at.escrow, escrowAbi];
  const auction: Target = ["BurnAuction", at.auction, burnAuctionAbi];
  const dollar: Target = ["TestDollar", at.dollar, testDollarAbi];
  const way: Target = ["Way", at.way, wayAbi];

  const call = async ([contract, to, abi]: Target, functionName: string, args: readonly unknown[] = []) => {
    const name = `${contract}.${functionName}`;
    let data: Hex;
    try {
      data = encodeFunctionData({ abi, functionName, args });
    } catch (cause) {
      const message = `${name}: an argument does not fit the contract's types`;
      throw new WayleaveError("bad-argument", message, { action: name }, { cause });
    }
    return outbox.send({ name, to, data });
  };
  // One at a time: an approval replaces the one before it.
  let lastApproval: Promise<unknown> = Promise.resolve();
  const approved = (token: Target, amount: bigint, target: Target, then: () => Promise<MinedCall>) => {
    const done = lastApproval.then(async () => {
      await call(token, "approve", [target[1], amount]);
      return then();
    });
    lastApproval = done.catch(() => undefined); // its own caller is told
    return done;
  };

  return {
    account: key.address,
    openEpoch: (epoch) => call(settlement, "openEpoch", [BigInt(epoch)]),
    recordSeed: (epoch) => call(settlement, "recordSeed", [BigInt(epoch)]),
    commitReveal: (epoch, head) => call(settlement, "commitReveal", [BigInt(epoch), head]),
    postStatement: (p) =>
      call(settlement, "postStatement", [p.statement, p.payerRows, p.allottedByKind, p.bundleHeads, p.signatures]),
    finalize: () => call(settlement, "finalize"),
    claimBatch: (claims) => call(settlement, "claimBatch", [claims.map(abiClaim)]),
    registerDevice: (r) => call(registry, "registerDevice", registerDeviceArgs(r)),
    claimOwner: (c) => {
      const signature = halves("deviceSignature", c.deviceSignature);
      return call(registry, "claimOwner", [c.device, c.owner, c.nonce, ...signature, c.ownerSignature]);
    },
    transferDevice: (device, newOwner) => call(registry, "transferDevice", [device, newOwner]),
    setPayout: (payout) => call(registry, "setPayout", [payout]),
    registerOperator: (endpoint, linkKey) =>
      call(registry, "registerOperator", [endpoint, ...halves("linkKey", linkKey)]),
    removeOperator: () => call(registry, "removeOperator"),
    setVerifier: (account, endpoint, linkKey, weight) =>
      call(registry, "setVerifier", [account, endpoint, ...halves("linkKey", linkKey), weight]),
    setParameters: (parameters) => call(settlement, "setParams", [toAbiParameters(parameters)]),
    async transferOwnership(newOwner) {
      await call(registry, "transferOwnership", [newOwner]);
      await call(settlement, "transferOwnership", [newOwner]);
    },
    deposit: (amount, payer = key.address) =>
      approved(dollar, amount, escrow, () => call(escrow, "deposit", [payer, amount])),
    requestWithdrawal: (amount) => call(escrow, "requestWithdrawal", [amount]),
    withdraw: () => call(escrow, "withdraw"),
    buyDollars: (dollars, maxWay) => approved(way, maxWay, auction, () => call(auction, "buy", [dollars, maxWay])),
    fundStipend: (amount) => approved(way, amount, settlement, () => call(settlement, "fundStipend", [amount])),
    transferDollars: (to, amount) => call(dollar, "transfer", [to, amount]),
    transferWay: (to, amount) => call(way, "transfer", [to, amount]),
    mintTestDollars: (to, amount) => call(dollar, "mint", [to, amount]),
    pending: () => outbox.pending(),
    close: () => outbox.close(),
  };
}

function abiClaim(claim: PayoutClaim): object {
  const proof = claim.proof.map((step) => ({ hash: toHex(step.hash), sum: step.sum }));
  const { account, dollars, way } = claim;
  return { account, dollars, way, index: BigInt(claim.index), proof };
}

function registerDeviceArgs(r: DeviceRegistration): readonly unknown[] {
  const ticket = { ...r.ticket, kind: Number(r.ticket.kind) };
  const key = halves("publicKey", r.publicKey);
  const signature = halves("deviceSignature", r.deviceSignature);
  return [...key, Number(r.wish.kind), r.wish.owner, ticket, r.ticketSignature, ...signature];
}

/** x‖y or r‖s as the two words the contract takes. */
function halves(field: string, bytes: Uint8Array): [Hash32, Hash32] {
  if (bytes.byteLength !== 64) throw new WayleaveError("bad-field", `${field} must be 64 bytes`, { field });
  return [toHex(bytes.subarray(0, 32)), toHex(bytes.subarray(32))];
}

/** The two words of the contract as x‖y. */
export function joinKey(x: Hex, y: Hex): Uint8Array {
  return hexToBytes(`${x}${y.slice(2)}`);
}
