import { afterEach, expect, test } from "vitest";
import { WorkerRunner } from "../../../../../learning/experiment/units/worker-runner.ts";

const script = (body: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort, workerData } from "node:worker_threads"; ${body}`)}`,
  );

let runner: WorkerRunner<number, number>;
afterEach(() => runner.close());

test("a unit is done in the worker, with what the worker was given", async () => {
  const body = `parentPort.on("message", (unit) => parentPort.postMessage({ result: workerData * unit }));`;
  runner = new WorkerRunner(script(body), 7);
  expect(await runner.run(6)).toBe(42);
  expect(await runner.run(3)).toBe(21);
});

test("a unit's failure is told with the worker's own reason", async () => {
  const body = `parentPort.on("message", () => parentPort.postMessage({ failure: "policy missing" }));`;
  runner = new WorkerRunner(script(body), null);
  await expect(runner.run(1)).rejects.toMatchObject({
    code: "WORKER_FAILED",
    facts: { received: "policy missing" },
  });
});

test("a worker that dies fails its unit", async () => {
  runner = new WorkerRunner(
    script(`parentPort.on("message", () => { throw new Error("gone"); });`),
    0,
  );
  await expect(runner.run(1)).rejects.toThrow("gone");
});
