import type { ByteRange } from "./objectStore.ts";
import { S3Error } from "./s3Error.ts";

/**
 * What a Range header asks of an object. Undefined: the whole object, also for what is malformed or names several
 * ranges, which RFC 9110 §14.2 lets a server ignore and S3 does.
 *
 * @param header - hostile.
 * @throws S3Error InvalidRange when nothing of the range lies in the object.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.replaceAll(" ", "") ?? "");
  if (match === null || (match[1] === "" && match[2] === "")) return undefined;
  const [first, last] = [match[1]!, match[2]!];
  if (first === "") {
    const lengthBytes = Math.min(Number(last), sizeBytes);
    if (lengthBytes === 0) throw unsatisfiable(header!, sizeBytes);
    return { offsetBytes: sizeBytes - lengthBytes, lengthBytes };
  }
  const offsetBytes = Number(first);
  if (last !== "" && Number(last) < offsetBytes) return undefined;
  if (offsetBytes >= sizeBytes) throw unsatisfiable(header!, sizeBytes);
  const end = last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  return { offsetBytes, lengthBytes: end - offsetBytes };
}

function unsatisfiable(header: string, sizeBytes: number): S3Error {
  return new S3Error("InvalidRange", undefined, {
    RangeRequested: header.slice(0, 128),
    ActualObjectSize: String(sizeBytes),
  });
}

/** Strict form of copies: `bytes=first-last`, all of it inside the source. @throws S3Error InvalidArgument, InvalidRange */
export function parseCopyRange(header: string, sizeBytes: number): ByteRange {
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || last < first)
    throw new S3Error("InvalidArgument", "The x-amz-copy-source-range value must be of the form bytes=first-last.");
  if (last >= sizeBytes) throw unsatisfiable(header, sizeBytes);
  return { offsetBytes: first, lengthBytes: last - first + 1 };
}

export function contentRange(range: ByteRange, sizeBytes: number): string {
  return `bytes ${range.offsetBytes}-${range.offsetBytes + range.lengthBytes - 1}/${sizeBytes}`;
}
