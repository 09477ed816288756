import { recoverSigner } from "@wayleave/core/accountKey";
import { hexToBytes, toHex } from "@wayleave/core/bytes";
import { structHash, type SigningDomain, typedDigestHex } from "@wayleave/core/eip712";
import { WayleaveError } from "@wayleave/core/errors";
import type { Address, Hash32 } from "@wayleave/core/ids";
import { ZERO_HASH } from "@wayleave/core/messages";
import { STATEMENT } from "@wayleave/core/statement";
import type { Parameters as EconomyParameters } from "@wayleave/economy/parameters";
import type {
  CoordinationChain,
  PayoutClaim,
  PostedStatement,
  StatementPosting,
  VerifierEndpoint,
} from "../chainPort.ts";
import type { RegistrySnapshot } from "../settle/settleInput.ts";

type Registration = Parameters<CoordinationChain["registerDevice"]>[0];

/**
 * A double of the chain, in memory and for tests only: what the contracts check of a statement as far as verifiers can
 * get it wrong (order, previous, quorum), and lists that tests fill. The contracts themselves are tested in `chain/`.
 */
export class ChainDouble implements CoordinationChain {
  readonly domain: SigningDomain;
  registry: RegistrySnapshot;
  readonly enforced: EconomyParameters;
  readonly endpoints: VerifierEndpoint[] = [];
  readonly deposits = new Map<Address, bigint>();
  readonly heads = new Map<number, Map<Address, Hash32>>();
  readonly seeds = new Map<number, { seedBlock: bigint; seed: Hash32 | null; seedMined: boolean }>();
  readonly postings: StatementPosting[] = [];
  readonly registrations: Registration[] = [];
  readonly paid = new Map<Address, { dollars: bigint; way: bigint }>();
  last: PostedStatement | null = null;
  /** What the next registrations run into; null: nothing. */
  registrationFailure: Error | null = null;

  constructor(options: { domain: SigningDomain; registry: RegistrySnapshot; parameters: EconomyParameters }) {
    this.domain = options.domain;
    this.registry = options.registry;
    this.enforced = options.parameters;
  }

  async parameters() {
    return this.enforced;
  }
  async registryAt() {
    return this.registry;
  }
  async latestRegistry() {
    return this.registry;
  }
  async verifierEndpoints() {
    return this.endpoints;
  }
  async promisable(payer: Address) {
    return this.deposits.get(payer) ?? 0n;
  }
  async epochSeed(epoch: number) {
    return this.seeds.get(epoch) ?? null;
  }
  async committedHeads(epoch: number) {
    return this.heads.get(epoch) ?? new Map<Address, Hash32>();
  }
  async lastStatement() {
    return this.last;
  }
  async reserve() {
    return this.last?.statement.reserveAfter ?? 0n;
  }
  async claimed(account: Address) {
    return this.paid.get(account) ?? { dollars: 0n, way: 0n };
  }
  async openEpoch(epoch: number) {
    this.seeds.set(epoch, { seedBlock: 1n, seed: null, seedMined: true });
  }
  async recordSeed(epoch: number) {
    this.seeds.set(epoch, { seedBlock: 1n, seed: toHex(new Uint8Array(32).fill(epoch + 1)), seedMined: true });
  }
  async commitReveal(epoch: number, head: Hash32) {
    void [epoch, head];
  }

  async postStatement(posting: StatementPosting) {
    const { statement, signatures } = posting;
    if (this.last !== null && statement.epoch <= this.last.statement.epoch) throw revert("EpochNotNewer");
    if (statement.previous !== (this.last?.statementHash ?? ZERO_HASH)) throw revert("PreviousMismatch");
    const digest = hexToBytes(typedDigestHex(this.domain, STATEMENT, statement));
    const signers = signatures.map((signature) => recoverSigner(digest, signature));
    if (!signers.every((signer, i) => signer !== null && (i === 0 || signers[i - 1]! < signer))) {
      throw revert("SignersNotAscending");
    }
    const weights = this.registry.verifiers;
    const total = [...weights.values()].reduce((sum, { weight }) => sum + weight, 0n);
    const signed = signers.reduce((sum, signer) => sum + (weights.get(signer!)?.weight ?? 0n), 0n);
    if (3n * signed < 2n * total) throw revert("NoQuorum");
    this.postings.push(posting);
    const statementHash = toHex(structHash(STATEMENT, statement));
    this.last = { statement, statementHash, postedAtMs: 0, final: false };
  }

  async claimBatch(claims: readonly PayoutClaim[]) {
    for (const { account, dollars, way } of claims) this.paid.set(account, { dollars, way });
  }

  async registerDevice(registration: Registration) {
    if (this.registrationFailure !== null) throw this.registrationFailure;
    this.registrations.push(registration);
  }
}

function revert(error: string): WayleaveError {
  return new WayleaveError("chain-reverted", `The contract reverted: ${error}`, { error });
}
