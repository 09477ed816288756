import { WayleaveError } from "@wayleave/core/errors";

/** One device of an export, before it is understood. */
export interface ExportItem {
  /** Where it begins, from 1. */
  readonly line: number;
  /** A parsed JSON value, or the fields of a CSV row by column. */
  readonly value: unknown;
}

/**
 * The values of a JSON stream: one document, or many after each other as `ttn-lw-cli` writes them; lists are opened.
 * Hostile text.
 * @throws WayleaveError `body-invalid` naming `text` and the line.
 */
export function jsonItems(text: string): ExportItem[] {
  const items: ExportItem[] = [];
  let depth = 0;
  let startAt = -1;
  let startLine = 1;
  let line = 1;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === "\n") line++;
    if (inString) {
      if (char === "\\") i++;
      else if (char === '"') inString = false;
    } else if (char === '"') {
      inString = true;
      if (depth === 0) throw malformed(line, "a list or an object is expected");
    } else if (char === "{" || char === "[") {
      if (depth++ === 0) [startAt, startLine] = [i, line];
    } else if (char === "}" || char === "]") {
      if (--depth < 0) throw malformed(line, "there is a bracket too many");
      if (depth === 0) items.push(...opened(text.slice(startAt, i + 1), startLine));
    } else if (depth === 0 && !/[\s,\uFEFF]/.test(char)) {
      throw malformed(line, "a list or an object is expected");
    }
  }
  if (depth > 0) throw malformed(startLine, "what begins here does not end");
  return items;
}

function opened(json: string, line: number): ExportItem[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw malformed(line, "what begins here is not JSON");
  }
  return Array.isArray(value) ? value.map((each: unknown) => ({ line, value: each })) : [{ line, value }];
}

/**
 * The rows of a CSV file with a header, separated by `;` or `,` as the header is. Hostile text.
 * @param column - the name under which a column is given; rows are objects of non-empty fields.
 * @throws WayleaveError `body-invalid` naming `text` and the line.
 */
export function csvItems(text: string, column: (title: string) => string): ExportItem[] {
  const content = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const header = /^[^\r\n]*/.exec(content)![0];
  const rows = csvRows(content, header.includes(";") ? ";" : ",");
  const titles = rows[0]?.fields.map((title) => column(title.trim())) ?? [];
  return rows.slice(1).flatMap(({ line, fields }) => {
    if (fields.every((field) => field.trim() === "")) return [];
    if (fields.length > titles.length) throw malformed(line, "the row has more fields than the header");
    const named = fields.map((field, i) => [titles[i]!, field.trim()] as const).filter(([, field]) => field !== "");
    return [{ line, value: Object.fromEntries(named) }];
  });
}

/** @see RFC 4180 */
function csvRows(text: string, separator: string): { readonly line: number; readonly fields: string[] }[] {
  const rows: { line: number; fields: string[] }[] = [];
  let line = 1;
  let row = { line, fields: [] as string[] };
  let field = "";
  let quoted = false;
  const endField = () => {
    row.fields.push(field);
    field = "";
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === "\n") line++;
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[i + 1] === '"') field += text[++i]!;
      else quoted = false;
    } else if (char === '"' && field.trim() === "") {
      field = "";
      quoted = true;
    } else if (char === separator) {
      endField();
    } else if (char === "\n") {
      endField();
      rows.push(row);
      row = { line, fields: [] };
    } else if (char !== "\r") {
      field += char;
    }
  }
  if (quoted) throw malformed(row.line, "a quoted field does not end");
  endField();
  if (row.fields.length > 1 || row.fields[0] !== "") rows.push(row);
  return rows;
}

function malformed(line: number, why: string): WayleaveError {
  return new WayleaveError("body-invalid", `text: line ${line}: ${why}`, { field: "text", line });
}
