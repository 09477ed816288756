import { bucketOf, xmlAnswer, type Operation } from "../call.ts";
import type { DeleteOutcome } from "../objectStore.ts";
import { S3Error, s3CodeOf, usualMessage, type S3ErrorCode } from "../s3Error.ts";
import { LISTING_MAX } from "../s3Limits.ts";
import { checkKey } from "../s3Request.ts";
import { document, element, type XmlNode } from "../xml.ts";

interface Refusal {
  readonly code: S3ErrorCode;
  readonly message: string;
}

/** `POST /bucket?delete`: up to 1000 keys. A refused key does not keep the others from being deleted. */
export const deleteObjects: Operation = {
  name: "DeleteObjects",
  kind: "write",
  async run(call) {
    const bucket = bucketOf(call);
    const root = await call.readXml("Delete");
    const objects = root?.children("Object") ?? [];
    if (objects.length === 0 || objects.length > LISTING_MAX) throw new S3Error("MalformedXML");
    const quiet = root?.childText("Quiet")?.trim().toLowerCase() === "true";
    const wanted = objects.map((object) => ({ key: keyOf(object), refusal: refusalOf(object) }));
    const allowed = wanted.filter(({ refusal }) => refusal === undefined).map(({ key }) => key);
    if (allowed.length === 0) await call.store.headBucket(call.account, bucket);
    const outcomes = allowed.length === 0 ? [] : await call.store.deleteObjects(call.account, bucket, allowed);
    const refused = wanted.flatMap(({ key, refusal }) => (refusal === undefined ? [] : [errorElement(key, refusal)]));
    return xmlAnswer(document("DeleteResult", [...outcomes.map((o) => outcomeElement(o, quiet)), ...refused]));
  },
};

function keyOf(object: XmlNode): string {
  const key = object.childText("Key");
  if (key === undefined || key === "") throw new S3Error("MalformedXML");
  return key;
}

function refusalOf(object: XmlNode): Refusal | undefined {
  const versionId = object.childText("VersionId")?.trim();
  if (versionId !== undefined && versionId !== "" && versionId !== "null")
    return { code: "NoSuchVersion", message: usualMessage("NoSuchVersion") };
  if (["ETag", "LastModifiedTime", "Size"].some((condition) => object.childText(condition) !== undefined))
    return { code: "NotImplemented", message: "Conditional deletes of several objects are not supported." };
  try {
    checkKey(keyOf(object));
  } catch (error) {
    if (error instanceof S3Error) return { code: error.s3Code, message: error.message };
    throw error;
  }
  return undefined;
}

function outcomeElement(outcome: DeleteOutcome, quiet: boolean): string | undefined {
  if (outcome.error === undefined) return quiet ? undefined : element("Deleted", [element("Key", outcome.key)]);
  const code = s3CodeOf(outcome.error.code) ?? "InternalError";
  return errorElement(outcome.key, { code, message: usualMessage(code) });
}

function errorElement(key: string, { code, message }: Refusal): string {
  return element("Error", [element("Key", key), element("Code", code), element("Message", message)]);
}
