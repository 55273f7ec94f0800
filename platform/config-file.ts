import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { z } from "zod";
import { SlotwiseError } from "../core/errors.ts";

type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (!isPlain(base) || !isPlain(over)) return over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [key, merge(base[key], over[key])]));
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}

function configError(expected: string, received: string, options?: ErrorOptions): SlotwiseError {
  return new SlotwiseError(
    "CONFIG_INVALID",
    { expected, received, consequence: "nothing was started" },
    options,
  );
}

function readYaml(path: string): unknown {
  try {
    return parse(readFileSync(path, "utf8")) ?? {};
  } catch (cause) {
    throw configError(`a readable YAML file at ${path}`, String(cause), { cause });
  }
}

/**
 * The frozen configuration of a process: defaults of the schema, then the YAML file, then what the
 * command line set (undefined leaves a value alone).
 *
 * @throws SlotwiseError CONFIG_INVALID with every fault in one message
 */
export function loadConfig<Schema extends z.ZodType>(
  schema: Schema,
  file: string | undefined,
  commandLine: Plain,
): z.output<Schema> {
  const merged = merge(file === undefined ? {} : readYaml(file), commandLine);
  const result = schema.safeParse(merged);
  if (result.success) return deepFreeze(result.data);
  const faults = result.error.issues.map(
    (issue) => `${issue.path.join(".") || "(top level)"}: ${issue.message}`,
  );
  throw configError("a valid configuration", `${faults.length} fault(s)\n  ${faults.join("\n  ")}`);
}
