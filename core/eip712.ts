import type { Address, Hash32, Hex } from "./ids.ts";
import { concatBytes, hexToBytes, toHex, uint256Bytes, utf8 } from "./bytes.ts";
import { WayleaveError } from "./errors.ts";
import { keccak256 } from "./hash.ts";

/** The static types our messages use; each is one 32-byte word when encoded. */
export type WordType = "address" | "bytes32" | "uint8" | "uint64" | "uint128" | "uint256";
export type StructFields = readonly (readonly [name: string, type: WordType])[];
export type StructValue<F extends StructFields> = {
  readonly [E in F[number] as E[0]]: E[1] extends "address" ? Address : E[1] extends "bytes32" ? Hash32 : bigint;
};

/** An EIP-712 struct of static fields: its name, fields in order, and the hash of its type, computed once. */
export interface StructType<F extends StructFields> {
  readonly name: string;
  readonly fields: F;
  readonly typeHash: Uint8Array;
}

export function structType<const F extends StructFields>(name: string, fields: F): StructType<F> {
  const encoded = `${name}(${fields.map(([field, type]) => `${type} ${field}`).join(",")})`;
  return { name, fields, typeHash: keccak256(utf8(encoded)) };
}

const BITS: Record<"uint8" | "uint64" | "uint128" | "uint256", bigint> = {
  uint8: 8n,
  uint64: 64n,
  uint128: 128n,
  uint256: 256n,
};

/** One value as Solidity's ABI lays it out. @throws WayleaveError `bad-field` naming the field. */
export function encodeWord(field: string, type: WordType, value: Hex | bigint): Uint8Array {
  if (type === "address" || type === "bytes32") {
    const bytes = hexToBytes(value as Hex);
    const expected = type === "address" ? 20 : 32;
    if (bytes.byteLength !== expected)
      throw new WayleaveError("bad-field", `${field} must be ${expected} bytes`, { field });
    const word = new Uint8Array(32);
    word.set(bytes, 32 - expected);
    return word;
  }
  const amount = value as bigint;
  if (amount < 0n || amount >> BITS[type] !== 0n)
    throw new WayleaveError("bad-field", `${field} must fit ${type}`, { field });
  return uint256Bytes(amount);
}

/** keccak256(typeHash ‖ words): EIP-712 `hashStruct`. */
export function structHash<F extends StructFields>(type: StructType<F>, value: StructValue<F>): Uint8Array {
  const words = type.fields.map(([name, wordType]) =>
    encodeWord(name, wordType, (value as Record<string, Hex | bigint>)[name]!),
  );
  return keccak256(type.typeHash, concatBytes(...words));
}

const DOMAIN_TYPE = keccak256(
  utf8("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
);

/** The signing domain of one contract of one network: name "Wayleave", version "1". */
export interface SigningDomain {
  readonly chainId: number;
  readonly verifyingContract: Address;
}

export function domainSeparator(domain: SigningDomain): Uint8Array {
  return keccak256(
    DOMAIN_TYPE,
    keccak256(utf8("Wayleave")),
    keccak256(utf8("1")),
    uint256Bytes(BigInt(domain.chainId)),
    encodeWord("verifyingContract", "address", domain.verifyingContract),
  );
}

const PREFIX = Uint8Array.of(0x19, 0x01);

/** What is signed: keccak256(0x19 0x01 ‖ domain separator ‖ struct hash). @see EIP-712 */
export function typedDigest<F extends StructFields>(
  domain: SigningDomain,
  type: StructType<F>,
  value: StructValue<F>,
): Uint8Array {
  return keccak256(PREFIX, domainSeparator(domain), structHash(type, value));
}

export function typedDigestHex<F extends StructFields>(d: SigningDomain, t: StructType<F>, v: StructValue<F>): Hash32 {
  return toHex(typedDigest(d, t, v));
}
