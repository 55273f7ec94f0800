import { describe, expect, it } from "vitest";
import { createTurns } from "../../../bench/federation/in-turns.ts";

describe("the work of a fleet's agents", () => {
  it("is done in order, with what is due served after every piece", async () => {
    const inTurn = createTurns();
    const order: string[] = [];
    const serve = () => {
      order.push("served");
      setImmediate(serve);
    };
    setImmediate(serve);
    await new Promise<void>((resolve) => {
      inTurn(() => order.push("ap-0"));
      inTurn(() => order.push("ap-1"));
      inTurn(() => {
        order.push("ap-2");
        resolve();
      });
    });
    const between = order.join().replace(/(served,?)+/g, "|");
    expect(between).toBe("|ap-0,|ap-1,|ap-2");
  });
});
