import fc from "fast-check";
import {
  encodeAbiParameters,
  hashTypedData,
  keccak256 as viemKeccak,
  recoverTypedDataAddress,
  toHex as viemHex,
} from "viem";
import { describe, expect, test } from "vitest";
import { randomAccountKey, recoverSigner } from "@wayleave/core/accountKey";
import { toHex } from "@wayleave/core/bytes";
import { type StructFields, type StructType, typedDigest, typedDigestHex } from "@wayleave/core/eip712";
import { keccakHex } from "@wayleave/core/hash";
import * as messages from "@wayleave/core/messages";
import { STATEMENT } from "@wayleave/core/statement";
import { leafHash } from "@wayleave/core/sumTree";
import { uint256Bytes } from "@wayleave/core/bytes";

const types: readonly StructType<StructFields>[] = [
  messages.VOUCHER,
  messages.COUNTERSIGNATURE,
  messages.TICKET,
  messages.REGISTER_DEVICE,
  messages.CLAIM_OWNER,
  messages.COMMITMENT,
  messages.ANSWER,
  messages.OFFER,
  STATEMENT,
];
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(toHex);
const anyWord = {
  address,
  bytes32: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex),
  uint8: fc.bigInt(0n, (1n << 8n) - 1n),
  uint64: fc.bigInt(0n, (1n << 64n) - 1n),
  uint128: fc.bigInt(0n, (1n << 128n) - 1n),
  uint256: fc.bigInt(0n, (1n << 256n) - 1n),
};
const anyValue = (type: StructType<StructFields>) =>
  fc.record(Object.fromEntries(type.fields.map(([name, word]) => [name, anyWord[word] as fc.Arbitrary<unknown>])));
const anyDomain = fc.record({ chainId: fc.integer({ min: 1, max: 2 ** 31 - 1 }), verifyingContract: address });

function viemTyped(
  domain: { chainId: number; verifyingContract: `0x${string}` },
  type: StructType<StructFields>,
  message: object,
) {
  return {
    domain: { name: "Wayleave", version: "1", ...domain },
    types: { [type.name]: type.fields.map(([name, word]) => ({ name, type: word })) },
    primaryType: type.name,
    message: message as Record<string, unknown>,
  };
}

describe("core agrees with an independent implementation", () => {
  test.for(types.map((type) => [type.name, type] as const))("on the digest of every %s", ([, type]) => {
    fc.assert(
      fc.property(anyDomain, anyValue(type), (domain, value) => {
        const ours = typedDigestHex(domain, type, value as never);
        expect(ours).toBe(hashTypedData(viemTyped(domain, type, value)));
      }),
      { numRuns: 50 },
    );
  });

  test("on keccak256", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(keccakHex(bytes)).toBe(viemKeccak(bytes));
      }),
    );
  });

  test("on who signed", async () => {
    const key = randomAccountKey();
    const domain = { chainId: 31_337, verifyingContract: key.address };
    const value = { voucherDigest: keccakHex(new Uint8Array(1)) };
    const digest = typedDigest(domain, messages.COUNTERSIGNATURE, value);
    const signature = key.sign(digest);
    const typed = viemTyped(domain, messages.COUNTERSIGNATURE, value);
    expect((await recoverTypedDataAddress({ ...typed, signature })).toLowerCase()).toBe(key.address);
    expect(recoverSigner(digest, signature)).toBe(key.address);
  });

  test("on the leaves of the payouts tree", () => {
    const words = ["uint256", "address", "uint128", "uint128"].map((type) => ({ type }));
    fc.assert(
      fc.property(address, anyWord.uint128, anyWord.uint128, (account, dollars, way) => {
        const accountWord = uint256Bytes(BigInt(account));
        const ours = leafHash(1, accountWord, uint256Bytes(dollars), uint256Bytes(way));
        expect(viemHex(ours)).toBe(viemKeccak(encodeAbiParameters(words, [1n, account, dollars, way])));
      }),
    );
  });
});
