import Docker from "dockerode";
import type { HostContext } from "../../host/context";
import { exportRelease } from "../../host/release/export-release";
import type { Release } from "../../plan/model/wanted";

/** Exports what it is sent; a test kills it in the middle. */
process.once("message", (message: Omit<HostContext, "docker"> & { readonly release: Release }) => {
  void exportRelease({ ...message, docker: new Docker() }, message.release).then(() => {
    process.disconnect();
  });
});
