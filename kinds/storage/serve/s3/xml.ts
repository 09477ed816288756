import { XMLParser, XMLValidator } from "fast-xml-parser";
import { S3Error } from "./s3Error.ts";

export const S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Content of an element: text, or a list of elements; undefined elements are left out. */
export type XmlContent = string | number | boolean | readonly (string | undefined)[];

/** One element. Names are ours (never hostile); text is escaped here, nested elements are already XML. */
export function element(name: string, content: XmlContent = ""): string {
  const inner = Array.isArray(content)
    ? (content as readonly (string | undefined)[]).join("")
    : typeof content === "string"
      ? escapeXml(content)
      : String(content as number | boolean);
  return `<${name}>${inner}</${name}>`;
}

/** {@link element}, or nothing for undefined. */
export function optionalElement(name: string, content: XmlContent | undefined): string | undefined {
  return content === undefined ? undefined : element(name, content);
}

/** A whole answer document in S3's namespace. */
export function document(root: string, content: readonly (string | undefined)[]): string {
  return `${DECLARATION}<${root} xmlns="${S3_NAMESPACE}">${content.join("")}</${root}>`;
}

/** An error document: S3's have no namespace. */
export function errorDocument(content: readonly (string | undefined)[]): string {
  return `${DECLARATION}<Error>${content.join("")}</Error>`;
}

/**
 * Characters that would end the text, be normalised away, or that XML 1.0 cannot hold at all. The latter become
 * character references as in S3: parsers that insist on XML 1.0 refuse them, so clients ask for `encoding-type=url`.
 */

const UNSAFE = /[&<>"\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g;

export function escapeXml(text: string): string {
  return text.replace(UNSAFE, (character) => {
    switch (character) {
      case "&":
        return "&amp;";
      case "<":
        return "&lt;";
      case ">":
        return "&gt;";
      case '"':
        return "&quot;";
      default:
        return `&#x${character.charCodeAt(0).toString(16)};`;
    }
  });
}

/** An element of a parsed request: children by name, in order. */
export interface XmlNode {
  /** Decoded text, untrimmed. */
  readonly text: string;
  children(name: string): readonly XmlNode[];
  /** The text of the only child of this name. @throws S3Error MalformedXML when there are several. */
  childText(name: string): string | undefined;
}

// Deep nesting means an attack: the deepest request S3 knows here has three levels.
const NESTING_MAX = 16;

// Entities are decoded by us (predefined and numeric ones only), so the parser never expands anything.
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  cdataPropName: "#cdata",
  maxNestedTags: NESTING_MAX,
});

/**
 * Parses a request document.
 *
 * @param bytes - hostile, already limited in size.
 * @throws S3Error MalformedXML: not UTF-8, not well formed, a DOCTYPE, or another root element.
 */
export function parseXml(bytes: Uint8Array, root: string): XmlNode {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (text.includes("<!DOCTYPE") || text.includes("<!ENTITY")) throw new S3Error("MalformedXML");
    if (XMLValidator.validate(text) !== true) throw new S3Error("MalformedXML");
    const parsed = parser.parse(text) as Record<string, unknown>;
    if (!Object.hasOwn(parsed, root) || Array.isArray(parsed[root])) throw new S3Error("MalformedXML");
    return nodeOf(parsed[root]);
  } catch (error) {
    throw error instanceof S3Error ? error : new S3Error("MalformedXML", undefined, {}, error);
  }
}

function nodeOf(value: unknown): XmlNode {
  const children = (name: string): readonly XmlNode[] => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
    const found = (value as Record<string, unknown>)[name];
    return Array.isArray(found) ? found.map(nodeOf) : [nodeOf(found)];
  };
  return {
    text: textOf(value),
    children,
    childText(name) {
      const found = children(name);
      if (found.length > 1) throw new S3Error("MalformedXML");
      return found[0]?.text;
    },
  };
}

function textOf(value: unknown): string {
  if (typeof value === "string") return decodeEntities(value);
  if (typeof value !== "object" || value === null) return "";
  const { "#text": text, "#cdata": cdata } = value as Record<string, unknown>;
  // Mixed text and CDATA loses its order here; no client writes a key in two notations at once.
  const plain = typeof text === "string" ? decodeEntities(text) : "";
  return plain + (typeof cdata === "string" ? cdata : Array.isArray(cdata) ? cdata.join("") : "");
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(";")) throw new S3Error("MalformedXML");
    const named = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    if (named !== undefined) return named;
    const number = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
    const code =
      number === null ? Number.NaN : Number.parseInt(number[1] ?? number[2]!, number[1] === undefined ? 10 : 16);
    if (!(code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) throw new S3Error("MalformedXML");
    return String.fromCodePoint(code);
  });
}
