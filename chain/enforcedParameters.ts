import type { Way } from "@wayleave/core/money";

/** The numbers of the reward rule that the contract enforces: `Params.sol`, field for field. `Bps` in 1/10,000. */
export interface EnforcedParameters {
  readonly deviceBps: bigint;
  readonly poolBps: bigint;
  readonly verificationBps: bigint;
  readonly burnBps: bigint;
  /** λ, in 10⁻⁹. */
  readonly lambdaPerBillion: bigint;
  readonly stipendPerEpoch: Way;
  /** By kind number, four of them. */
  readonly weightBps: readonly bigint[];
}

interface AbiParameters {
  readonly deviceBps: number;
  readonly poolBps: number;
  readonly verificationBps: number;
  readonly burnBps: number;
  readonly lambdaPerBillion: number;
  readonly stipendPerEpoch: bigint;
  readonly weightBps: readonly [number, number, number, number];
}

/** viem takes small integers as numbers. */
export function toAbiParameters(p: EnforcedParameters): AbiParameters {
  if (p.weightBps.length !== 4) throw new RangeError("weightBps has one entry for each of four kinds");
  return {
    deviceBps: Number(p.deviceBps),
    poolBps: Number(p.poolBps),
    verificationBps: Number(p.verificationBps),
    burnBps: Number(p.burnBps),
    lambdaPerBillion: Number(p.lambdaPerBillion),
    stipendPerEpoch: p.stipendPerEpoch,
    weightBps: p.weightBps.map(Number) as unknown as readonly [number, number, number, number],
  };
}

export function fromAbiParameters(p: AbiParameters): EnforcedParameters {
  return {
    deviceBps: BigInt(p.deviceBps),
    poolBps: BigInt(p.poolBps),
    verificationBps: BigInt(p.verificationBps),
    burnBps: BigInt(p.burnBps),
    lambdaPerBillion: BigInt(p.lambdaPerBillion),
    stipendPerEpoch: p.stipendPerEpoch,
    weightBps: p.weightBps.map(BigInt),
  };
}
