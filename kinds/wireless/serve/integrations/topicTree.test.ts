import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TopicTree } from "./topicTree.ts";

/** The standard's rule, one filter at a time. */
function matches(filter: string, topic: string): boolean {
  if (topic.startsWith("$") && /^[+#]/.test(filter)) return false;
  const levels = topic.split("/");
  const parts = filter.split("/");
  for (const [i, part] of parts.entries()) {
    if (part === "#") return true;
    if (i >= levels.length || (part !== "+" && part !== levels[i])) return false;
  }
  return parts.length === levels.length;
}

const level = fc.constantFrom("a", "b", "", "$x");
const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"));
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, rest]) => [...levels, ...(rest ? ["#"] : [])].join("/"));

describe("a topic tree", () => {
  test("finds exactly the filters that match", () => {
    fc.assert(
      fc.property(fc.array(filters, { maxLength: 12 }), topics, (all, topic) => {
        const tree = new TopicTree<string>();
        for (const filter of all) tree.add(filter, filter);
        expect([...tree.match(topic)].sort()).toEqual([...new Set(all)].filter((f) => matches(f, topic)).sort());
      }),
      { numRuns: 500 },
    );
  });

  test("is empty again when everything was removed", () => {
    fc.assert(
      fc.property(fc.array(filters, { maxLength: 12 }), topics, (all, topic) => {
        const tree = new TopicTree<string>();
        for (const filter of all) tree.add(filter, filter);
        expect(tree.size).toBe(new Set(all).size);
        for (const filter of all) tree.remove(filter, filter);
        expect(tree.size).toBe(0);
        expect(tree.match(topic).size).toBe(0);
      }),
    );
  });
});
