import { describe, expect, it } from "vitest";
import { buildPrograms, layoutOf, namespacesOf } from "../../../../deploy/testbed/layout.ts";

const layout = layoutOf({ pid: 12, startTicks: "345" }, 2, 3, 54_000);
const lines = buildPrograms(layout).map(({ command, args }) => [command, ...args].join(" "));

describe("the layout of the testbed", () => {
  it("touches nothing outside its own namespaces", () => {
    const own = namespacesOf(layout);
    for (const line of lines) {
      const inside = own.some(
        (name) => line.includes(` -n ${name} `) || line === `ip netns add ${name}`,
      );
      expect(inside, line).toBe(true);
    }
  });

  it("gives every slice an equal class, a bounded queue and its destination port, both ways", () => {
    for (const { namespace } of layout.accessPoints) {
      for (const device of ["air0", "ifb0"]) {
        const there = lines.filter((line) => line.startsWith(`tc -n ${namespace} `));
        const count = (...parts: string[]) =>
          there.filter((line) => [`dev ${device} `, ...parts].every((part) => line.includes(part)))
            .length;
        for (const [slice, id] of ["1:11", "1:12", "1:13"].entries()) {
          expect(count(`classid ${id} htb rate 18000kbit ceil 18000kbit`)).toBe(1);
          expect(count(`parent ${id} pfifo limit 200`)).toBe(1);
          expect(count(`match ip dport ${7000 + slice} 0xffff flowid ${id}`)).toBe(1);
        }
      }
    }
  });

  it("gives interfaces names that the kernel takes", () => {
    for (const line of lines) {
      const [, name] = /(?:link add|peer name) (\S+)/.exec(line) ?? [];
      expect((name ?? "").length).toBeLessThanOrEqual(15);
    }
  });
});
