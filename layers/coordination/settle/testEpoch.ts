import { type AccountKey, accountKey } from "@wayleave/core/accountKey";
import { concatBytes, toHex, utf8 } from "@wayleave/core/bytes";
import { type DeviceKey, deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import { typedDigest, typedDigestHex } from "@wayleave/core/eip712";
import { keccak256, keccakHex } from "@wayleave/core/hash";
import { type Address, type Hash32, idOfPublicKey } from "@wayleave/core/ids";
import { CLAIM_SLOT, type Judge, type VerdictRow } from "@wayleave/core/kind";
import {
  COMMITMENT,
  COUNTERSIGNATURE,
  type Countersigned,
  type SignedCommitment,
  VOUCHER,
  ZERO_HASH,
} from "@wayleave/core/messages";
import { PPM, WAY_UNIT } from "@wayleave/core/money";
import { PASS, fault } from "@wayleave/core/verdict";
import { DEFAULT_PARAMETERS, INITIAL_RESERVE, type Parameters } from "@wayleave/economy/parameters";
import type { BundleData, CheckedBundle, Evidence } from "../bundle/bundleData.ts";
import { writeBundle } from "../bundle/writeBundle.ts";
import { assignedVerifiers } from "./assignment.ts";
import { challengeFor, revealChain } from "./challenges.ts";
import {
  type NetworkIds,
  type PreviousEpoch,
  type RegisteredDevice,
  type SettleInput,
  genesisEpoch,
} from "./settleInput.ts";
import type { DeviceRow, Settlement } from "./settlement.ts";

/** A small network whose every key comes from a number, so that any epoch of it can be made again. For tests only. */
export const NETWORK: NetworkIds = {
  chainId: 31_337,
  settlement: `0x${"5e".repeat(20)}`,
  registry: `0x${"4e".repeat(20)}`,
};
export const DOMAIN = { chainId: NETWORK.chainId, verifyingContract: NETWORK.settlement };
export const EPOCH = 7;
export const SLOTS = 6;
export const SEED: Hash32 = keccakHex(utf8("the seed's block"));
export const TREASURY: Address = `0x${"77".repeat(20)}`;
/** The kind of capacity pools, and the kind whose pool goes to the server. */
export const COMPUTE = 1;
export const STORAGE = 2;

export const PARAMETERS: Parameters = {
  ...DEFAULT_PARAMETERS,
  treasury: TREASURY,
  cells: [{ kind: COMPUTE, locality: 64_500n, weight: 10n, target: 1_000_000n, network: 0n }],
};

const seedOf = (what: string) => keccak256(utf8(what));
export const accountOf = (name: string): AccountKey => accountKey(seedOf(`account ${name}`));
export const deviceOf = (number: number): DeviceKey => deviceKeyFromSeed(seedOf(`device ${number}`));
/** An id that nobody can sign for: ten thousand real keys take ten seconds to make. */
const keylessDevice = (number: number): Pick<DeviceKey, "id" | "publicKey"> => {
  const publicKey = concatBytes(seedOf(`x ${number}`), seedOf(`y ${number}`));
  return { id: idOfPublicKey(publicKey), publicKey };
};

/** Device answers in these tests are words: `right`, or the fault that they bring about. */
export const answerBytes = (word: string, about: string) => utf8(`${word} ${about}`);

/** Judges words. `lost` is a fault that only the device can sign; `garbled` could be anybody's. */
export function wordJudge(kind: typeof COMPUTE | typeof STORAGE): Judge {
  const name = kind === COMPUTE ? "compute" : "storage";
  const verdictOf = (bytes: Uint8Array) => {
    const [word] = new TextDecoder().decode(bytes).split(" ");
    return word === "right" ? PASS : fault(word!);
  };
  return {
    rule: { name, number: kind, locality: "network", poolToServer: kind === STORAGE },
    signedFaults: new Set(["lost"]),
    judge: ({ response }) => (response === null ? fault("no-answer") : verdictOf(response)),
    judgeClaim: ({ claim }) => verdictOf(claim.evidence),
    assess: (rows, { slotsDue }) => {
      const challenged = rows.filter((row) => row.slot !== CLAIM_SLOT);
      const verifiers = Map.groupBy(challenged, (row) => row.verifier);
      const shares = [...verifiers.values()].map(
        (own) => (PPM * BigInt(own.filter((row) => row.outcome === "pass").length)) / BigInt(Math.max(1, slotsDue)),
      );
      const sorted = shares.map((share) => (share > PPM ? PPM : share)).sort((a, b) => (a < b ? -1 : 1));
      const qualityPpm = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0n;
      const garbled = qualityPpm === 0n && rows.some((row) => row.outcome === "garbled");
      const claimed = rows.find(({ slot, outcome }) => slot === CLAIM_SLOT && outcome !== "pass" && outcome !== "void");
      const fault = claimed?.outcome ?? (garbled ? "garbled" : null);
      return { units: kind === COMPUTE ? 100n : 0n, qualityPpm, fault };
    },
  };
}

export interface TestEpochOptions {
  readonly devices?: number;
  readonly verifiers?: number;
  readonly payers?: number;
  /** Devices without private keys, for epochs of thousands. */
  readonly keyless?: boolean;
  readonly escrowMicroUsd?: bigint;
  /** What each device answers a verifier in a slot; null: nothing. Default: always `right`. */
  readonly answer?: (device: number, verifier: number, slot: number) => string | null;
  /** Lifetime total that device i was promised, and by how many notaries. Null: no voucher. */
  readonly promise?: (device: number) => { readonly totalMicroUsd: bigint; readonly notaries: number } | null;
}

export interface TestEpoch {
  readonly input: SettleInput;
  readonly data: readonly BundleData[];
  readonly verifiers: readonly AccountKey[];
  readonly payers: readonly AccountKey[];
  readonly devices: readonly DeviceKey[];
}

export function testEpoch(options: TestEpochOptions = {}): TestEpoch {
  const { devices: deviceCount = 4, verifiers: verifierCount = 3, payers: payerCount = 2 } = options;
  const verifiers = Array.from({ length: verifierCount }, (_, i) => accountOf(`verifier ${i}`));
  const payers = Array.from({ length: payerCount }, (_, i) => accountOf(`payer ${i}`));
  const keyed = options.keyless ? [] : Array.from({ length: deviceCount }, (_, i) => deviceOf(i));
  const devices = options.keyless ? Array.from({ length: deviceCount }, (_, i) => keylessDevice(i)) : keyed;
  const registered = devices.map(({ publicKey }, i): RegisteredDevice => {
    const owner = i % 2 === 0 ? accountOf(`owner ${i}`).address : null;
    return { publicKey, kinds: [i % 4 === 3 ? COMPUTE : STORAGE], owner, registeredAtBlock: 5n };
  });
  const escrow = { escrowMicroUsd: options.escrowMicroUsd ?? 1_000_000_000n, linkKey: null };
  const vouchers = devices.flatMap(({ id }, i): Countersigned[] => {
    const promised = (options.promise ?? (() => ({ totalMicroUsd: 1_000_000n + BigInt(i), notaries: 2 })))(i);
    if (promised === null) return [];
    const [payer, kind] = [payers[i % payers.length]!, registered[i]!.kinds[0]!];
    return [voucherOf(payer, id, kind, promised.totalMicroUsd, verifiers.slice(0, promised.notaries))];
  });
  const data = verifiers.map((_, i) => bundleOf(i, { verifiers, devices, registered, vouchers, options }));
  const input: SettleInput = {
    network: NETWORK,
    epoch: EPOCH,
    slotsPerEpoch: SLOTS,
    previous: genesisEpoch(INITIAL_RESERVE),
    parameters: PARAMETERS,
    registry: {
      block: 1_234n,
      devices: new Map(devices.map(({ id }, i) => [id, registered[i]!])),
      verifiers: new Map(verifiers.map(({ address }) => [address, { weight: 100n }])),
      payers: new Map(payers.map(({ address }) => [address, escrow])),
      stipendPot: 1_000n * WAY_UNIT,
    },
    seed: SEED,
    committedHeads: new Map(data.map(({ verifier, revealHead }) => [verifier, revealHead])),
    bundles: data.map(checked),
    judges: new Map([COMPUTE, STORAGE].map((kind) => [kind, wordJudge(kind as typeof COMPUTE)])),
  };
  return { input, data, verifiers, payers, devices: keyed };
}

/** What this epoch leaves to the next. */
export function epochAfter({ statement, statementHash, tables }: Settlement): PreviousEpoch {
  const { payouts, state } = tables;
  return { statementHash, reserve: statement.reserveAfter, payouts, payoutsSum: statement.payoutsSum, state };
}

export function deviceRow(settlement: Settlement, device: Address): DeviceRow {
  return settlement.tables.devices.find((row) => row.device === device)!;
}

/** As if it had been published and read back. */
export function checked(data: BundleData): CheckedBundle {
  return { ...data, head: keccakHex(utf8(`bundle of ${data.verifier}`)) };
}

/** Really written: canonical, with its true head. */
export function published(data: BundleData, verifier: AccountKey) {
  return writeBundle(data, (digest) => verifier.sign(digest));
}

export function chainOf(verifier: number) {
  return revealChain(toHex(seedOf(`secret ${verifier}`)), SLOTS);
}

interface Cast {
  readonly verifiers: readonly AccountKey[];
  readonly devices: readonly Pick<DeviceKey, "id" | "publicKey">[];
  readonly registered: readonly RegisteredDevice[];
  readonly vouchers: readonly Countersigned[];
  readonly options: TestEpochOptions;
}

function bundleOf(index: number, cast: Cast): BundleData {
  const { verifiers, devices, registered, vouchers, options } = cast;
  const verifier = verifiers[index]!.address;
  const chain = chainOf(index);
  const verdicts: VerdictRow[] = [];
  const evidence: Evidence[] = [];
  const all = verifiers.map(({ address }) => address);
  devices.forEach(({ id }, i) => {
    if (!assignedVerifiers(SEED, all, id).includes(verifier)) return;
    for (let slot = 0; slot < SLOTS; slot++) {
      const word = options.answer === undefined ? "right" : options.answer(i, index, slot);
      const response = word === null ? null : answerBytes(word, `${i}/${index}/${slot}`);
      const digest = response === null ? ZERO_HASH : keccakHex(response);
      const outcome = word === null ? "no-answer" : word === "right" ? "pass" : word;
      const challenge = challengeFor(SEED, chain.reveals[slot]!, id, slot);
      verdicts.push({
        verifier,
        device: id,
        kind: registered[i]!.kinds[0]!,
        slot,
        challenge,
        outcome,
        evidence: digest,
      });
      if (response !== null && word !== "right") evidence.push({ digest, response });
    }
  });
  return {
    network: NETWORK,
    epoch: EPOCH,
    verifier,
    seed: SEED,
    revealHead: chain.head,
    reveals: chain.reveals,
    createdAtMs: 1_700_000_000_000,
    vouchers,
    verdicts,
    commitments: [],
    offers: [],
    sightings: devices.map(({ id }, i) => ({ device: id, prefix: `203.0.${i % 250}.0/24`, network: 64_500, cell: 0n })),
    claims: [],
    evidence,
    answers: [],
  };
}

export function voucherOf(
  payer: AccountKey,
  device: Address,
  kind: number,
  totalMicroUsd: bigint,
  notaries: readonly AccountKey[],
): Countersigned {
  const voucher = {
    payer: payer.address,
    device,
    kind: BigInt(kind),
    totalMicroUsd,
    workUnits: totalMicroUsd / 3n,
    tick: 9n,
  };
  const digest = typedDigest(DOMAIN, VOUCHER, voucher);
  const seen = typedDigest(DOMAIN, COUNTERSIGNATURE, { voucherDigest: typedDigestHex(DOMAIN, VOUCHER, voucher) });
  return {
    voucher,
    signature: payer.sign(digest),
    countersignatures: notaries.map((notary) => ({ notary: notary.address, signature: notary.sign(seen) })),
  };
}

export function commitmentOf(device: DeviceKey, kind: number, total: bigint): SignedCommitment {
  const root = keccakHex(utf8(`root ${device.id} ${total}`));
  const commitment = { device: device.id, kind: BigInt(kind), epoch: BigInt(EPOCH), root, total, items: 3n };
  return { commitment, signature: toHex(device.sign(typedDigest(DOMAIN, COMMITMENT, commitment))) };
}
