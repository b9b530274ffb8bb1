// Hashes, in a thread of its own, the pieces of files that hash-thread.ts puts into shared memory. It is told the end of a file by null.
import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";

let hash = createHash("sha256");

parentPort.on("message", (piece) => {
  if (piece === null) {
    parentPort.postMessage(hash.digest("hex"));
    hash = createHash("sha256");
  } else {
    hash.update(new Uint8Array(workerData, piece.offset, piece.length));
    parentPort.postMessage(null);
  }
});
