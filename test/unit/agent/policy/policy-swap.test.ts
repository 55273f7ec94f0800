import { describe, expect, it } from "vitest";
import type { OpenPolicy } from "../../../../agent/policy/open-policy.ts";
import { type PolicyOffer, PolicySwap } from "../../../../agent/policy/policy-swap.ts";

function offerOf(name: string): PolicyOffer {
  return { name, bytes: new Uint8Array() };
}

/** Policies open when they are let through, in the order they were asked for. */
function createSwap() {
  const opening: { name: string; finish: () => void; fail: (error: Error) => void }[] = [];
  const released: string[] = [];
  const installed: string[] = [];
  const refused: string[] = [];
  const open = ({ name }: PolicyOffer) =>
    new Promise<OpenPolicy>((resolve, reject) => {
      const release = () => {
        released.push(name);
        return Promise.resolve();
      };
      const decide = () => Promise.resolve(new Float32Array(6));
      opening.push({ name, finish: () => resolve({ name, decide, release }), fail: reject });
    });
  const swap = new PolicySwap(open, {
    installed: ({ name }) => installed.push(name),
    refused: ({ name }) => refused.push(name),
  });
  return { swap, opening, released, installed, refused };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("the policy swap", () => {
  it("opens between slots and switches at a later slot boundary", async () => {
    const { swap, opening, installed } = createSwap();
    swap.offer(offerOf("new"));
    expect(opening).toHaveLength(0);
    swap.betweenSlots();
    opening[0]?.finish();
    await settled();
    expect(installed).toEqual([]);
    swap.betweenSlots();
    expect(installed).toEqual(["new"]);
  });

  it("releases the policy before only once the next has taken its place", async () => {
    const { swap, opening, released } = createSwap();
    const start = swap.start(offerOf("first"));
    opening[0]?.finish();
    await start;
    swap.offer(offerOf("second"));
    swap.betweenSlots();
    opening[1]?.finish();
    await settled();
    expect(released).toEqual([]);
    swap.betweenSlots();
    expect(released).toEqual(["first"]);
    await swap.stop();
    expect(released).toEqual(["first", "second"]);
  });

  it("opens only the latest of several offers, one at a time", async () => {
    const { swap, opening, installed } = createSwap();
    swap.offer(offerOf("a"));
    swap.betweenSlots();
    swap.offer(offerOf("b"));
    swap.offer(offerOf("c"));
    swap.betweenSlots();
    expect(opening.map(({ name }) => name)).toEqual(["a"]);
    opening[0]?.finish();
    await settled();
    swap.betweenSlots();
    expect(opening.map(({ name }) => name)).toEqual(["a", "c"]);
    opening[1]?.finish();
    await settled();
    swap.betweenSlots();
    expect(installed).toEqual(["a", "c"]);
  });

  it("keeps what decides when an offer is refused, and takes the next", async () => {
    const { swap, opening, installed, refused, released } = createSwap();
    const start = swap.start(offerOf("good"));
    opening[0]?.finish();
    await start;
    swap.offer(offerOf("corrupt"));
    swap.betweenSlots();
    opening[1]?.fail(new Error("corrupt"));
    await settled();
    swap.betweenSlots();
    expect(refused).toEqual(["corrupt"]);
    expect(installed).toEqual(["good"]);
    expect(released).toEqual([]);
    swap.offer(offerOf("better"));
    swap.betweenSlots();
    opening[2]?.finish();
    await settled();
    swap.betweenSlots();
    expect(installed).toEqual(["good", "better"]);
  });

  it("opens what decides anew when it is asked to, unless something newer waits", async () => {
    const { swap, opening, installed } = createSwap();
    const start = swap.start(offerOf("first"));
    opening[0]?.finish();
    await start;
    swap.reopen();
    swap.betweenSlots();
    opening[1]?.finish();
    await settled();
    swap.betweenSlots();
    expect(installed).toEqual(["first", "first"]);
    swap.offer(offerOf("second"));
    swap.reopen();
    swap.betweenSlots();
    expect(opening.map(({ name }) => name)).toEqual(["first", "first", "second"]);
  });
});
