/** One step that puts a setting back, simple enough for whoever survives the agent. */
export type Restoration =
  | { readonly kind: "file"; readonly path: string; readonly value: string }
  | { readonly kind: "command"; readonly command: readonly string[] };
