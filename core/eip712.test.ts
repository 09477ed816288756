import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashTypedData, keccak256 as viemKeccak, recoverAddress } from "viem";
import { accountKey, randomAccountKey, recoverSigner } from "./accountKey.ts";
import { hexToBytes, toHex, uint256Bytes } from "./bytes.ts";
import { typedDigestHex } from "./eip712.ts";
import { keccakHex } from "./hash.ts";
import { VOUCHER, type Voucher } from "./messages.ts";

const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => toHex(value));
const voucher: fc.Arbitrary<Voucher> = fc.record({
  payer: hex(20),
  device: hex(20),
  kind: fc.bigInt(0n, 255n),
  totalMicroUsd: fc.bigInt(0n, 2n ** 128n - 1n),
  workUnits: fc.bigInt(0n, 2n ** 128n - 1n),
  tick: fc.bigInt(0n, 2n ** 64n - 1n),
});

describe("typed messages", () => {
  test("digests are those of an independent EIP-712 implementation", () => {
    fc.assert(
      fc.property(voucher, fc.integer({ min: 1, max: 2 ** 31 }), hex(20), (message, chainId, verifyingContract) => {
        const expected = hashTypedData({
          domain: { name: "Wayleave", version: "1", chainId, verifyingContract },
          types: { Voucher: VOUCHER.fields.map(([name, type]) => ({ name, type })) },
          primaryType: "Voucher",
          message,
        });
        expect(typedDigestHex({ chainId, verifyingContract }, VOUCHER, message)).toBe(expected);
      }),
    );
  });

  test("a value that does not fit its type is refused by name", () => {
    const message = {
      payer: `0x${"00".repeat(20)}`,
      device: `0x${"00".repeat(20)}`,
      kind: 256n,
      totalMicroUsd: 0n,
      workUnits: 0n,
      tick: 0n,
    } as Voucher;
    expect(() => typedDigestHex({ chainId: 1, verifyingContract: message.payer }, VOUCHER, message)).toThrow(
      "kind must fit uint8",
    );
  });

  test("keccak256 is Ethereum's", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(keccakHex(bytes)).toBe(viemKeccak(bytes));
      }),
    );
  });

  test("uint256 words are big-endian and bounded", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 256n - 1n), (value) => {
        expect(BigInt(toHex(uint256Bytes(value)))).toBe(value);
      }),
    );
    expect(() => uint256Bytes(2n ** 256n)).toThrow(RangeError);
    expect(() => uint256Bytes(-1n)).toThrow(RangeError);
  });
});

describe("account keys", () => {
  test("anybody recovers the signer, as an independent implementation does", async () => {
    const key = randomAccountKey();
    for (let i = 0; i < 20; i++) {
      const digest = hexToBytes(keccakHex(Uint8Array.of(i)));
      const signature = key.sign(digest);
      expect(recoverSigner(digest, signature)).toBe(key.address);
      expect((await recoverAddress({ hash: toHex(digest), signature })).toLowerCase()).toBe(key.address);
    }
  });

  test("the malleable twin of a signature is nobody's", () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const key = accountKey(new Uint8Array(32).fill(7));
    const digest = hexToBytes(keccakHex(Uint8Array.of(1)));
    const bytes = hexToBytes(key.sign(digest));
    const twin = Uint8Array.from(bytes);
    twin.set(uint256Bytes(order - BigInt(toHex(bytes.subarray(32, 64)))), 32);
    twin[64] = bytes[64] === 27 ? 28 : 27;
    expect(recoverSigner(digest, toHex(twin))).toBeNull();
  });

  test("hostile signatures never throw and never name the signer", () => {
    const digest = hexToBytes(keccakHex(Uint8Array.of(2)));
    const key = accountKey(new Uint8Array(32).fill(9));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(recoverSigner(digest, toHex(bytes))).not.toBe(key.address);
      }),
    );
    expect(recoverSigner(digest, `0x${"00".repeat(64)}1b`)).toBeNull();
  });
});
