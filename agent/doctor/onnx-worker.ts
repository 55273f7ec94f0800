import { InferenceSession } from "onnxruntime-node";

/** A process of its own, because a native library that does not fit takes its process with it. */
const session = await InferenceSession.create(process.argv[2] ?? "");
await session.release();
