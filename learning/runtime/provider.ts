export const providers = ["cpu", "webgpu", "cuda"] as const;

/** Where ONNX Runtime computes. */
export type Provider = (typeof providers)[number];
