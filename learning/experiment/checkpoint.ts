import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { SlotwiseError } from "../../core/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../core/weights/safetensors.ts";
import type { Tensor, Weights } from "../../core/weights/tensor.ts";
import { writeFileAtomic } from "../../platform/atomic-file.ts";
import type { LearnerState } from "../learner-state.ts";
import { areExact, exactForms, type FederationState } from "./site-federation.ts";
import type { SiteState, SlicingTrainingOptions } from "./slicing-training.ts";

const format = "slotwise-checkpoint-1";

const words = z.array(z.number().int().min(0)).length(4);

const stateSchema = z.strictObject({
  episodes: z.number().int().min(0),
  exploration: z.array(words),
  learners: z.array(
    z.strictObject({
      updates: z.number().int().min(0),
      remembered: z.number().int().min(0),
      written: z.number().int().min(0),
      random: words,
      replacement: words,
      settings: z.tuple([z.number(), z.number()]),
    }),
  ),
});

/** What must be equal for a run to go on from a checkpoint: all that its numbers depend on. */
export function trainingIdentity(options: SlicingTrainingOptions, seed: number): string {
  const { scenario, config, shared, updateEverySlots, engine = "onnx" } = options;
  const provider = options.provider === "cpu" ? undefined : options.provider;
  const { federation: forms = exactForms } = options;
  const federation = areExact(forms) ? undefined : forms;
  const parts = { scenario, config, shared, updateEverySlots, engine, seed, provider, federation };
  const text = JSON.stringify(parts);
  return createHash("sha256").update(text).digest("hex");
}

const replayParts = ["observation", "entries", "reward", "nextObservation"] as const;

function tensorsOf(learner: LearnerState, b: number): [string, Tensor][] {
  const vectors = [
    ...learner.networks,
    ...replayParts.map((part) => [`replay.${part}`, learner.replay[part]] as const),
  ];
  return vectors.map(([name, data]) => [`${b}/${name}`, { shape: [data.length], data }]);
}

const basePrefix = "federation/base/";
const downlinkPrefix = "federation/downlink/";
const uplinkPrefix = (b: number) => `federation/uplink-${b}/`;

function prefixed(prefix: string, weights: Weights | undefined): [string, Tensor][] {
  return [...(weights ?? [])].map(([name, tensor]) => [`${prefix}${name}`, tensor]);
}

function federationTensors({ base, uplink, downlink }: FederationState): [string, Tensor][] {
  return [
    ...prefixed(basePrefix, base),
    ...uplink.flatMap((residual, b) => prefixed(uplinkPrefix(b), residual)),
    ...prefixed(downlinkPrefix, downlink),
  ];
}

function withPrefix(tensors: Weights, prefix: string): Weights | undefined {
  const own = [...tensors].filter(([name]) => name.startsWith(prefix));
  if (own.length === 0) return undefined;
  return new Map(own.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

function federationIn(tensors: Weights, accessPoints: number): FederationState {
  return {
    base: withPrefix(tensors, basePrefix),
    uplink: Array.from({ length: accessPoints }, (_, b) => withPrefix(tensors, uplinkPrefix(b))),
    downlink: withPrefix(tensors, downlinkPrefix),
  };
}

/** Writes the state of one seed's site, atomically. */
export async function writeCheckpoint(
  path: string,
  identity: string,
  { episodes, exploration, learners, federation }: SiteState,
): Promise<void> {
  const state: z.input<typeof stateSchema> = {
    episodes,
    exploration: exploration.map((own) => [...own]),
    learners: learners.map(({ updates, remembered, replay, random, replacement, settings }) => ({
      updates,
      remembered,
      written: replay.written,
      random: [...random],
      replacement: [...replacement],
      settings: [...settings],
    })),
  };
  const tensors = new Map([...learners.flatMap(tensorsOf), ...federationTensors(federation)]);
  const metadata = { format, identity, state: JSON.stringify(state) };
  await writeFileAtomic(path, encodeSafetensors(tensors, metadata));
}

function refused(expected: string, received: string, cause?: unknown): SlotwiseError {
  return new SlotwiseError(
    "STATE_INVALID",
    { expected, received, consequence: "nothing was trained; the checkpoint is left as it is" },
    { cause },
  );
}

/** The state in a checkpoint file; undefined when there is no file. */
export async function readCheckpoint(
  path: string,
  identity: string,
): Promise<SiteState | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  try {
    return parseCheckpoint(bytes, path, identity);
  } catch (cause) {
    if (cause instanceof SlotwiseError && cause.code === "STATE_INVALID") throw cause;
    throw refused(`a checkpoint at ${path}`, String(cause), cause);
  }
}

function parseCheckpoint(bytes: Uint8Array, path: string, identity: string): SiteState {
  const { weights, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== format) throw refused(`${format} at ${path}`, `${metadata.format}`);
  if (metadata.identity !== identity) {
    throw refused(
      `a checkpoint of the same scenario, learner, scheme and seed at ${path}`,
      "one of another run",
    );
  }
  const { learners, ...state } = stateSchema.parse(JSON.parse(metadata.state ?? ""));
  return {
    ...state,
    federation: federationIn(weights, learners.length),
    learners: learners.map(({ written, ...learner }, b) => {
      const own = [...weights]
        .filter(([name]) => name.startsWith(`${b}/`))
        .map(([name, { data }]) => [name.slice(`${b}/`.length), data] as const);
      const vectors = new Map(own);
      const replay = replayParts.map((part) => [part, vectors.get(`replay.${part}`)] as const);
      return {
        ...learner,
        networks: new Map(own.filter(([name]) => !name.startsWith("replay."))),
        replay: { written, ...Object.fromEntries(replay) } as LearnerState["replay"],
      };
    }),
  };
}
