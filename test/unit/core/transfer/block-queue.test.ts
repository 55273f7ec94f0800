import { describe, expect, it } from "vitest";
import { BlockQueue } from "../../../../core/transfer/block-queue.ts";

function drained(queue: BlockQueue): string[] {
  const order: string[] = [];
  for (let next = queue.next(); next; next = queue.next()) order.push(`${next.peer}${next.block}`);
  return order;
}

describe("a queue of blocks", () => {
  it("serves peers in turns", () => {
    const queue = new BlockQueue(3);
    queue.ask("a", "x", [0, 1, 2]);
    queue.ask("b", "y", [7]);
    queue.ask("c", "x", [1, 0]);
    expect(drained(queue)).toEqual(["a0", "b7", "c1", "a1", "c0", "a2"]);
  });

  it("keeps a peer's latest request alone, each block once", () => {
    const queue = new BlockQueue(3);
    queue.ask("a", "x", [0, 1, 2]);
    queue.ask("a", "y", [4, 4, 5]);
    expect(queue.next()).toEqual({ peer: "a", sha256: "y", block: 4 });
    expect(drained(queue)).toEqual(["a5"]);
  });

  it("leaves those unanswered that it has no room for", () => {
    const queue = new BlockQueue(1);
    queue.ask("a", "x", [0]);
    queue.ask("b", "x", [1]);
    expect(drained(queue)).toEqual(["a0"]);
  });
});
