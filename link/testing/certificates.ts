import "reflect-metadata";
import { KeyObject, webcrypto, X509Certificate } from "node:crypto";
import { X509CertificateGenerator } from "@peculiar/x509";

export interface TlsCredentials {
  readonly key: string;
  readonly cert: string;
}

type Algorithm = { readonly name: string } & Record<string, unknown>;

/** A self-signed certificate of a fresh key of any algorithm. */
export async function credentialsOf(algorithm: Algorithm, hash = "SHA-256"): Promise<TlsCredentials> {
  const keys = (await webcrypto.subtle.generateKey(algorithm as never, true, [
    "sign",
    "verify",
  ])) as webcrypto.CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned(
    { name: "CN=other", keys, signingAlgorithm: { ...algorithm, hash } as never },
    webcrypto as Parameters<typeof X509CertificateGenerator.createSelfSigned>[1],
  );
  const key = KeyObject.from(keys.privateKey).export({ type: "pkcs8", format: "pem" }) as string;
  return { key, cert: certificate.toString("pem") };
}

export const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2_048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256",
};
export const P384 = { name: "ECDSA", namedCurve: "P-384" };

/** The same certificate with its signature's last bit turned. */
export function withWrongSignature(pem: string): string {
  const der = Buffer.from(new X509Certificate(pem).raw);
  der[der.byteLength - 1]! ^= 1;
  return new X509Certificate(der).toString();
}
