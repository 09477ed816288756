import path from "node:path";
import { WayleaveError } from "@wayleave/core/errors";

/** `bucket/key`, as a person writes it. */
export interface ObjectTarget {
  readonly bucket: string;
  /** Empty: the bucket itself. */
  readonly key: string;
}

/** `demo/`, `demo/holiday/` or `s3://demo/x`. @throws WayleaveError `usage-invalid` when no bucket is named. */
export function parseTarget(text: string): ObjectTarget {
  const plain = text.replace(/^s3:\/\//, "");
  const slash = plain.indexOf("/");
  const [bucket, key] = slash === -1 ? [plain, ""] : [plain.slice(0, slash), plain.slice(slash + 1)];
  if (bucket !== "") return { bucket, key };
  throw new WayleaveError("usage-invalid", `"${text}" names no bucket: write bucket/key, as demo/photo.jpg`, {
    target: text,
  });
}

/** Where a file goes: under its own name when the target is a bucket or ends in a slash. */
export function targetOfFile(file: string, text: string): ObjectTarget {
  const { bucket, key } = parseTarget(text);
  return { bucket, key: key === "" || key.endsWith("/") ? `${key}${path.basename(file)}` : key };
}

/**
 * The file name that an object is written under when none is given: never a path, whatever the key says.
 * @throws WayleaveError `usage-invalid` when the key ends in nothing that can be a file.
 */
export function fileNameOf({ bucket, key }: ObjectTarget): string {
  const name = path.posix.basename(key);
  if (key !== "" && !key.endsWith("/") && name !== "." && name !== ".." && !name.includes("\0")) return name;
  throw new WayleaveError("usage-invalid", `"${bucket}/${key}" is no object that has a file name`, { bucket, key });
}
