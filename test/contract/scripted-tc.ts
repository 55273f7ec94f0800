import type { StartBatchProcess } from "../../agent/actuate/tc/batch-process.ts";

const change = /^class change dev \S+ parent \S+ classid (\S+) htb rate (\d+)bit ceil (\d+)bit/;

/** `tc -batch` over an HTB hierarchy that is only remembered: every class has 1 Mbit/s at first. */
export function scriptedTc(classIds: readonly string[]): StartBatchProcess {
  const rates = new Map(classIds.map((id) => [id, { rate: "1000000", ceil: "1000000" }]));
  const carryOut = (line: string): string => {
    const [, id, rate, ceil] = change.exec(line) ?? [];
    if (id !== undefined && rate !== undefined && ceil !== undefined) rates.set(id, { rate, ceil });
    if (line.startsWith("class show")) {
      return Array.from(rates, ([classId, r]) =>
        [
          `class htb ${classId} parent 1:1 prio 0 rate ${r.rate}bit ceil ${r.ceil}bit burst 1600b cburst 1600b`,
          " Sent 1500 bytes 10 pkt (dropped 0, overlimits 0 requeues 0)",
          " backlog 3000b 2p requeues 0\n",
        ].join("\n"),
      ).join("");
    }
    return line.startsWith("qdisc show") ? "qdisc htb 1: root refcnt 2 r2q 10\n" : "";
  };
  return (_command, _args, events) => ({
    write: (text) => {
      const answer = text.split("\n").map(carryOut).join("");
      queueMicrotask(() => events.output(answer));
    },
    end: () => queueMicrotask(() => events.ended("its end")),
    kill: () => queueMicrotask(() => events.ended("a signal")),
  });
}
