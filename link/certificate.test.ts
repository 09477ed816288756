import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { generateDeviceKey } from "@wayleave/core/deviceKey";
import { createLinkCertificate, identityOfCertificate } from "./certificate.ts";
import { credentialsOf, P384, RSA, withWrongSignature } from "./testing/certificates.ts";

test("a certificate stands for its device, whatever the clocks say", async () => {
  const key = generateDeviceKey();
  const certificate = new X509Certificate(await createLinkCertificate(key));
  expect(identityOfCertificate(certificate)).toEqual({ id: key.id, publicKey: key.publicKey });
  expect(certificate.checkPrivateKey(key.privateKey)).toBe(true);
  expect(certificate.validFromDate.getTime()).toBeLessThan(Date.UTC(2001));
  expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.UTC(9999));
});

test("anything else than a P-256 key's own signature is refused", async () => {
  const ours = await createLinkCertificate(generateDeviceKey());
  const refused = { code: "link-certificate-invalid" };
  for (const pem of [
    withWrongSignature(ours),
    (await credentialsOf(RSA)).cert,
    (await credentialsOf(P384, "SHA-384")).cert,
    (await credentialsOf({ name: "Ed25519" })).cert,
  ]) {
    expect(() => identityOfCertificate(new X509Certificate(pem))).toThrow(expect.objectContaining(refused));
  }
  expect(() => identityOfCertificate(undefined)).toThrow(expect.objectContaining(refused));
});
