import type { ThirdPartyImage } from "./topology";

/** Keys of config `images`: what runs as it is, what reads and writes volumes, what built images start from. */
export type ImageKey = ThirdPartyImage | "helper" | "node" | "nginx" | "python";

/** An image reference for each key. */
export type ImageNames = Readonly<Record<ImageKey, string>>;

/** Docker build argument that hands each base image to the Dockerfiles. */
export const BASE_IMAGE_ARGUMENTS: Readonly<Record<"node" | "nginx" | "python", string>> = {
  node: "NODE_IMAGE",
  nginx: "NGINX_IMAGE",
  python: "PYTHON_IMAGE",
};
