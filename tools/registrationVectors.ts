// Writes contracts/vectors/registration.json: signatures that Node and secp256k1 made, for the Solidity tests to accept.
// P-256 signatures are random, so a run gives a different file that is just as good: run it only when a message changes.
import { writeFileSync } from "node:fs";
import { accountKey } from "@wayleave/core/accountKey";
import { toHex, uint256Bytes, utf8 } from "@wayleave/core/bytes";
import { deviceKeyFromSeed } from "@wayleave/core/deviceKey";
import { type SigningDomain, structType, typedDigest } from "@wayleave/core/eip712";
import { keccakHex } from "@wayleave/core/hash";
import { REGISTER_DEVICE, TICKET, ZERO_ADDRESS } from "@wayleave/core/messages";

const CLAIM_OWNER = structType("ClaimOwner", [
  ["device", "address"],
  ["owner", "address"],
  ["nonce", "uint64"],
]);

const domain: SigningDomain = { chainId: 31_337, verifyingContract: `0x${"5e".repeat(20)}` };
const deviceKey = deviceKeyFromSeed(uint256Bytes(1n));
const verifierKey = accountKey(uint256Bytes(2n));
const ownerKey = accountKey(uint256Bytes(3n));
const halves = (signature: Uint8Array) => ({ r: toHex(signature.subarray(0, 32)), s: toHex(signature.subarray(32)) });

const device = deviceKey.id;
const kind = 2n;
const expiresAt = 4_102_444_800n;
const ticket = { device, kind, network: keccakHex(utf8("AS64512")), expiresAt };
const ticketDigest = typedDigest(domain, TICKET, ticket);
const register = { device, kind, owner: ZERO_ADDRESS, expiresAt };
const registerDigest = typedDigest(domain, REGISTER_DEVICE, register);
const claim = { device, owner: ownerKey.address, nonce: 0n };
const claimDigest = typedDigest(domain, CLAIM_OWNER, claim);

const vectors = {
  chainId: domain.chainId,
  registry: domain.verifyingContract,
  device,
  x: toHex(deviceKey.publicKey.subarray(0, 32)),
  y: toHex(deviceKey.publicKey.subarray(32)),
  kind: Number(kind),
  network: ticket.network,
  expiresAt: Number(expiresAt),
  verifier: verifierKey.address,
  ticketDigest: toHex(ticketDigest),
  ticketSignature: verifierKey.sign(ticketDigest),
  register: { owner: ZERO_ADDRESS, digest: toHex(registerDigest), ...halves(deviceKey.sign(registerDigest)) },
  claim: {
    owner: ownerKey.address,
    nonce: 0,
    digest: toHex(claimDigest),
    ...halves(deviceKey.sign(claimDigest)),
    ownerSignature: ownerKey.sign(claimDigest),
  },
};
writeFileSync(
  new URL("../contracts/vectors/registration.json", import.meta.url),
  `${JSON.stringify(vectors, null, 2)}\n`,
);
