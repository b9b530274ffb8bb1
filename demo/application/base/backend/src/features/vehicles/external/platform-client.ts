import type { Configuration } from "../../../core/config/config-loader.js";

export interface PlatformAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The vehicles API of the platform. */
export interface PlatformClient {
  /** Asks for a path, given as its segments; 503 when the service cannot be reached. */
  get(segments: readonly string[]): Promise<PlatformAnswer>;
}

/** Client of the multi-tenant platform: every request names the tenant it is made for. */
export function createPlatformClient(configuration: Configuration): PlatformClient {
  const base = configuration.text("platform.url", "http://mvp-platform-vehicles-api:8000");
  const timeout = configuration.number("platform.timeoutMilliseconds", 5_000);
  const tenant = configuration.text("tenants.default", "default");

  async function request(path: string): Promise<PlatformAnswer> {
    const response = await fetch(`${base}/${path}`, {
      headers: { "x-tenant-id": tenant },
      signal: AbortSignal.timeout(timeout),
    });
    const body: unknown = await response.json();
    return { status: response.status, body };
  }

  return {
    async get(segments) {
      const path = segments.map(encodeURIComponent).join("/");
      try {
        // A connection kept open may have died with the service's last restart: one more try.
        return await request(path).catch(() => request(path));
      } catch {
        return { status: 503, body: { error: "the platform service cannot be reached" } };
      }
    },
  };
}
