/** The pure judgement of one response. `fault` is a public reason code of the kind, kebab-case. */
export type Verdict<Fault extends string = string> =
  { readonly pass: true } | { readonly pass: false; readonly fault: Fault };

export const PASS: { readonly pass: true } = { pass: true };

export function fault<Fault extends string>(code: Fault): { readonly pass: false; readonly fault: Fault } {
  return { pass: false, fault: code };
}
