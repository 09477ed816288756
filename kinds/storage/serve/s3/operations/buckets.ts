import { bucketOf, isoDate, xmlAnswer, type Answer, type Call, type Operation } from "../call.ts";
import { refuseUnsupportedHeaders } from "../objectMetadata.ts";
import { S3Error, type S3ErrorCode } from "../s3Error.ts";
import { document, element } from "../xml.ts";

/** The owner as every listing tells it. */
export function ownerElements(customerId: string): string[] {
  return [element("ID", customerId), element("DisplayName", customerId)];
}

export const listBuckets: Operation = {
  name: "ListBuckets",
  kind: "list",
  async run(call) {
    const prefix = call.request.query.get("prefix") ?? "";
    const buckets = (await call.store.listBuckets(call.account)).filter(({ name }) => name.startsWith(prefix));
    const rows = buckets.map(({ name, createdMs }) =>
      element("Bucket", [element("Name", name), element("CreationDate", isoDate(createdMs))]),
    );
    return xmlAnswer(
      document("ListAllMyBucketsResult", [
        element("Owner", ownerElements(call.account.customerId)),
        element("Buckets", rows),
      ]),
    );
  },
};

export const createBucket: Operation = {
  name: "CreateBucket",
  kind: "write",
  async run(call) {
    refuseUnsupportedHeaders(call.request);
    const bucket = bucketOf(call);
    const wanted = (await call.readXml("CreateBucketConfiguration"))?.childText("LocationConstraint")?.trim() ?? "";
    if (wanted !== "" && wanted !== call.region && wanted !== "us-east-1")
      throw new S3Error("InvalidLocationConstraint", undefined, { LocationConstraint: wanted.slice(0, 64) });
    await call.store.createBucket(call.account, bucket);
    return { status: 200, headers: { location: `/${bucket}` } };
  },
};

export const headBucket: Operation = {
  name: "HeadBucket",
  kind: "read",
  async run(call) {
    await call.store.headBucket(call.account, bucketOf(call));
    return { status: 200, headers: { "x-amz-bucket-region": call.region, "content-type": "application/xml" } };
  },
};

export const deleteBucket: Operation = {
  name: "DeleteBucket",
  kind: "write",
  async run(call) {
    await call.store.deleteBucket(call.account, bucketOf(call));
    return { status: 204 };
  },
};

/** A read of a bucket's setting that no bucket here has changed. */
function setting(name: string, answer: (call: Call) => Answer): Operation {
  return {
    name,
    kind: "read",
    async run(call) {
      await call.store.headBucket(call.account, bucketOf(call));
      return answer(call);
    },
  };
}

function missing(name: string, code: S3ErrorCode): Operation {
  return setting(name, () => {
    throw new S3Error(code);
  });
}

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"';

/** Everything belongs to its customer alone. */
export function ownerOnlyAcl(call: Call): Answer {
  const owner = ownerElements(call.account.customerId);
  // The one place with an attribute, so it is written out.
  const grantee = `<Grantee ${XSI}>${owner.join("")}</Grantee>`;
  const grant = element("Grant", [grantee, element("Permission", "FULL_CONTROL")]);
  return xmlAnswer(document("AccessControlPolicy", [element("Owner", owner), element("AccessControlList", [grant])]));
}

function emptySetting(name: string, root: string): Operation {
  return setting(name, () => xmlAnswer(document(root, [])));
}

/** `GET /bucket?setting`. Truthful for buckets that can have no other: unversioned, private, without configuration. */
export const BUCKET_SETTINGS: Readonly<Record<string, Operation>> = {
  // us-east-1 is told by an empty element, every other region by its name.
  location: setting("GetBucketLocation", ({ region }) =>
    xmlAnswer(document("LocationConstraint", region === "us-east-1" ? [] : [region])),
  ),
  versioning: emptySetting("GetBucketVersioning", "VersioningConfiguration"),
  acl: setting("GetBucketAcl", ownerOnlyAcl),
  requestPayment: setting("GetBucketRequestPayment", () =>
    xmlAnswer(document("RequestPaymentConfiguration", [element("Payer", "BucketOwner")])),
  ),
  logging: emptySetting("GetBucketLogging", "BucketLoggingStatus"),
  notification: emptySetting("GetBucketNotificationConfiguration", "NotificationConfiguration"),
  accelerate: emptySetting("GetBucketAccelerateConfiguration", "AccelerateConfiguration"),
  policy: missing("GetBucketPolicy", "NoSuchBucketPolicy"),
  policyStatus: missing("GetBucketPolicyStatus", "NoSuchBucketPolicy"),
  cors: missing("GetBucketCors", "NoSuchCORSConfiguration"),
  lifecycle: missing("GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"),
  tagging: missing("GetBucketTagging", "NoSuchTagSet"),
  website: missing("GetBucketWebsite", "NoSuchWebsiteConfiguration"),
  encryption: missing("GetBucketEncryption", "ServerSideEncryptionConfigurationNotFoundError"),
  "object-lock": missing("GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"),
  replication: missing("GetBucketReplication", "ReplicationConfigurationNotFoundError"),
  publicAccessBlock: missing("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
  ownershipControls: missing("GetBucketOwnershipControls", "OwnershipControlsNotFoundError"),
};
